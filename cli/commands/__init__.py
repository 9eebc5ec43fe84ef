"""One module per command: options in, one call, something to read; imports wait for the call."""
