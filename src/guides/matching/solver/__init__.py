"""An exact solver for the assignment problem with capacities.

Every result carries a checked optimality certificate.
"""
