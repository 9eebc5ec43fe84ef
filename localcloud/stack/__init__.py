"""The deployed stack: the deploy, its template, and the functions and triggers in it."""
