"""Which permissions a request over HTTP takes, and how each service refuses it."""
