"""Files in, one checked store out: reading, profiles, ingest, identity, regions, the demo regency."""
