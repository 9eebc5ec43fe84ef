"""Requests that are refused as a whole: the caller's mistake, with HTTP's number for it."""

from __future__ import annotations


class RequestRefused(ValueError):
    """The message is for whoever sent the request."""

    status = 400


class BadRequest(RequestRefused):
    """The body is not what its content type promises."""


class UnsupportedContentType(RequestRefused):
    """The request's content type is in no table here."""

    status = 415


class UnsupportedAccept(RequestRefused):
    """The caller accepts none of the types that can be answered."""

    status = 406
