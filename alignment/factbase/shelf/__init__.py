"""Derived relations kept on disk, beside a base or in the cache folder, under the digest of what they came from."""
