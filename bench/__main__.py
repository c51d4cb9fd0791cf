"""Run every measurement and print its table."""

from bench import imports

if __name__ == "__main__":
    print(imports.table())
