"""Alignment: who stands with whom, since when, and how do we know?"""
