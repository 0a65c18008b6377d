"""`.test` files in, results out: the runner, JUnit, coverage, watching and the pytest plugin.

Nothing is imported here: pytest loads the plugin in every run, and the engine only where a `.test` is found.
"""
