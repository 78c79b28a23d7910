"""Conformance out of the service: what is compared, kept, asked over HTTP, printed and counted."""
