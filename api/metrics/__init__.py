"""Prometheus: the plain numbers of the service as metrics, when it is scraped. A scrape starts no work.

A module for each part of the service turns its numbers into families, and `families.py` lists them. Only `registry.py`
knows the client library.
"""
