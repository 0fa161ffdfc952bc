"""What changed since the year before: scores beside the nation, the rank and the total in parts."""

from papi_analysis.stats.movement.rank import rank_move, rank_moves, usual_move
from papi_analysis.stats.movement.score import NO_DIFFERENCE, REASONS, change
from papi_analysis.stats.movement.total import parts, total_change

__all__ = [
    "NO_DIFFERENCE",
    "REASONS",
    "change",
    "parts",
    "rank_move",
    "rank_moves",
    "total_change",
    "usual_move",
]
