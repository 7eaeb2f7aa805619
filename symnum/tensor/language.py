"""The rest of the public array language: functions of nodes in other modules, lifted to all that is array-like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from . import (
    activations,
    assumptions,
    comparisons,
    convolution,
    convolution_transposed,
    convolution_vectors,
    counting,
    creation_grids,
    creation_matrices,
    creation_ranges,
    creation_tapers,
    diagonals,
    differences,
    einsum_products,
    elements,
    exponential_sums,
    histograms,
    interpolation,
    measures,
    phases,
    polynomials,
    pooling,
    products_more,
    quantiles,
    reductions,
    rolling,
    scans,
    sets,
    shaping,
    shaping_axes,
    shaping_edits,
    shaping_joins,
    shaping_pads,
    shaping_parts,
    shaping_repeats,
    sorting,
    statistics,
    statistics_nan,
    taking,
    unraveling,
    windows,
)
from .at import inc_subtensor, set_subtensor
from .elementwise import FUNCTIONS as ELEMENTWISE
from .piecewise import piecewise
from .symbolic import lift, lift2, lift_list, lift_many

OF_ONE: tuple[Callable[..., Any], ...] = (
    assumptions.assume,
    differences.diff, differences.ediff1d, quantiles.median, quantiles.nanmedian, quantiles.nanpercentile,
    quantiles.nanquantile, quantiles.percentile, quantiles.quantile, scans.cummax, scans.cummin, scans.cumprod,
    scans.cumsum, scans.cumulative_prod, scans.cumulative_sum, scans.logcumsumexp, scans.nancumprod, scans.nancumsum,
    scans.trapezoid, sorting.argsort, sorting.sort,
    creation_matrices.tril, creation_matrices.triu, creation_matrices.vander,
    elements.fabs, activations.gelu, elements.isneginf, elements.isposinf, activations.log_expit, activations.logit,
    elements.nan_to_num, activations.relu, activations.silu, exponential_sums.log_softmax, exponential_sums.softmax,
    statistics_nan.nanargmax, statistics_nan.nanargmin, statistics_nan.nanmax, statistics_nan.nanmean,
    statistics_nan.nanmin, statistics_nan.nanprod, statistics_nan.nanstd, statistics_nan.nansum, statistics_nan.nanvar,
    pooling.avg_pool1d, pooling.avg_pool2d, pooling.avg_pool3d, pooling.max_pool1d, pooling.max_pool2d,
    pooling.max_pool3d, windows.sliding_window_view,
    phases.unwrap, reductions.count_nonzero, statistics.corrcoef, statistics.cov, statistics.ptp,
    counting.argwhere, counting.flatnonzero, counting.place, histograms.bincount, histograms.histogram_bin_edges,
    sets.unique_values,
    products_more.diagonal, products_more.trace,
    diagonals.diag, diagonals.fill_diagonal,
    rolling.flip, rolling.fliplr, rolling.flipud, rolling.roll, rolling.rot90,
    taking.put, taking.put_along_axis, taking.take, taking.take_along_axis,
    shaping.resize, shaping_axes.matrix_transpose, shaping_axes.rollaxis, shaping_edits.delete, shaping_edits.insert,
    shaping_joins.append, shaping_pads.pad, shaping_repeats.repeat, shaping_repeats.tile,
)
OF_TWO: tuple[Callable[..., Any], ...] = (
    convolution.conv1d, convolution.conv2d, convolution.conv3d, convolution_transposed.conv_transpose1d,
    convolution_transposed.conv_transpose2d, convolution_transposed.conv_transpose3d, convolution_vectors.convolve,
    convolution_vectors.correlate,
    sorting.digitize, sorting.searchsorted,
    counting.compress, counting.extract,
    products_more.cross, products_more.inner, products_more.kron, products_more.vdot, products_more.vecdot,
)
# Of a list of operands, or of other things than one or two arrays.
OF_LIST: tuple[Callable[..., Any], ...] = (
    sorting.lexsort,
    comparisons.allclose, comparisons.array_equal, comparisons.array_equiv, comparisons.isclose,
    elements.float_power, activations.xlogy, interpolation.interp, polynomials.polyadd, polynomials.polyder,
    polynomials.polyint, polynomials.polysub, polynomials.polyval, creation_tapers.bartlett, creation_tapers.blackman,
    creation_tapers.hamming, creation_tapers.hanning, creation_tapers.kaiser,
    creation_matrices.eye, creation_matrices.identity, creation_matrices.tri, creation_ranges.arange,
    creation_ranges.geomspace, creation_ranges.logspace,
    diagonals.diagflat, taking.choose, taking.select, unraveling.ravel_multi_index,
    einsum_products.einsum, sets.in1d, sets.isin, sets.setdiff1d, sets.setxor1d, sets.union1d,
    shaping_joins.block, shaping_joins.column_stack, shaping_joins.dstack, shaping_joins.hstack, shaping_joins.vstack,
)
WITH_SEVERAL_RESULTS: tuple[Callable[..., Any], ...] = (
    differences.gradient, sorting.topk,
    creation_grids.indices, creation_grids.meshgrid, creation_matrices.tril_indices, creation_matrices.triu_indices,
    creation_ranges.linspace, elements.divmod, elements.frexp, elements.modf, exponential_sums.logsumexp,
    statistics.average,
    diagonals.diag_indices, diagonals.tril_indices_from, diagonals.triu_indices_from,
    unraveling.ix_, unraveling.unravel_index,
    counting.nonzero, counting.where, histograms.histogram, histograms.histogram2d,
    sets.intersect1d, sets.unique, sets.unique_all, sets.unique_counts, sets.unique_inverse,
    shaping.atleast_2d, shaping.atleast_3d, shaping.broadcast_arrays,
    shaping_parts.array_split, shaping_parts.dsplit, shaping_parts.hsplit, shaping_parts.split, shaping_parts.unstack,
    shaping_parts.vsplit,
)
# Other names of functions, most of them those of the array API standard.
ALIASES: Mapping[str, Any] = MappingProxyType({
    "fix": ELEMENTWISE["trunc"], "concat": lift_list(shaping_joins.concatenate),
    "permute_dims": lift(shaping_axes.transpose), "amax": lift(reductions.max), "amin": lift(reductions.min),
    "around": lift(elements.round),
})

FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType({
    **{rule.__name__: lifted(rule) for lifted, rules in (
        (lift, OF_ONE), (lift2, OF_TWO), (lift_list, OF_LIST), (lift_many, WITH_SEVERAL_RESULTS)) for rule in rules},
    **ALIASES})
broadcast_shapes, copy, ndim = measures.broadcast_shapes, measures.copy, measures.ndim
shape, size = measures.shape, measures.size
fromfunction, mgrid, ogrid = creation_grids.fromfunction, creation_grids.mgrid, creation_grids.ogrid

__all__ = [*FUNCTIONS, "broadcast_shapes", "copy", "fromfunction", "inc_subtensor", "mgrid", "ndim", "ogrid",
           "piecewise", "set_subtensor", "shape", "size"]
globals().update(FUNCTIONS)

if TYPE_CHECKING:
    def __getattr__(name: str) -> Any: ...
