"""Kernels that add requests and guides to a problem, and find pairs in it."""

import numpy as np

from guides.matching.augmentation import Columns
from guides.matching.compiled import compiled
from guides.matching.problem import Ints, Problem


@compiled
def best_profits(problem: Problem, price: Ints) -> Ints:
    """The most that each request could have at these guide prices (n,)."""
    best = np.zeros(problem.value.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            gain = problem.value[i] + problem.points[pair] - price[problem.column[pair]]
            best[i] = max(best[i], gain)
    return best


@compiled
def best_prices(problem: Problem, profit: Ints) -> Ints:
    """The most that each guide could have at these request prices (m,)."""
    best = np.zeros(problem.capacity.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            gain = problem.value[i] + problem.points[pair] - profit[i]
            best[j] = max(best[j], gain)
    return best


@compiled
def rows_with(problem: Problem, more: Problem) -> Problem:
    """The problem with the guides of `more`, which has the same requests, after its own."""
    n, m = problem.value.size, problem.capacity.size
    size = problem.column.size + more.column.size
    start = problem.start + more.start
    column = np.empty(size, np.int32)
    points = np.empty(size, np.int32)
    for i in range(n):
        first, stop = problem.start[i], problem.start[i + 1]
        at = start[i] + stop - first
        column[start[i] : at] = problem.column[first:stop]
        points[start[i] : at] = problem.points[first:stop]
        for pair in range(more.start[i], more.start[i + 1]):
            column[at] = more.column[pair] + m
            points[at] = more.points[pair]
            at += 1
    return Problem(start, column, points, problem.value, np.concatenate((problem.capacity, more.capacity)))


@compiled
def columns_with(columns: Columns, more: Problem) -> Columns:
    """The pairs by guide with the guides of `more` after them."""
    g = more.capacity.size
    old = columns.row.size
    row = np.concatenate((columns.row, np.empty(more.column.size, np.int32)))
    points = np.concatenate((columns.points, np.empty(more.column.size, np.int32)))
    start = np.zeros(g + 1, np.int64)
    for j in more.column:
        start[j + 1] += 1
    for j in range(g):
        start[j + 1] += start[j]
    start += old
    at = start[:-1].copy()
    for i in range(more.value.size):
        for pair in range(more.start[i], more.start[i + 1]):
            j = more.column[pair]
            row[at[j]] = i
            points[at[j]] = more.points[pair]
            at[j] += 1
    return Columns(np.concatenate((columns.start, start[1:])), row, points)


@compiled
def place_in_row(problem: Problem, request: int, guide: int) -> int:
    """Where the pair stands among the rows' pairs, -1 if it is not feasible."""
    for pair in range(problem.start[request], problem.start[request + 1]):
        if problem.column[pair] == guide:
            return pair
    return -1


@compiled
def place_in_column(columns: Columns, request: int, guide: int) -> int:
    """Where the pair stands among the columns' pairs, -1 if it is not feasible."""
    for pair in range(columns.start[guide], columns.start[guide + 1]):
        if columns.row[pair] == request:
            return pair
    return -1
