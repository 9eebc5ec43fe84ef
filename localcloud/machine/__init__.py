"""This machine: child processes, timers, and the folder of a running cloud."""
