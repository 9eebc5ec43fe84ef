"""API Gateway: signatures, routes, and the events of the proxy integration."""
