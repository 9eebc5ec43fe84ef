"""Endpoints: model containers that answer requests as they come."""
