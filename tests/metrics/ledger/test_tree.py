"""The tree against the published vectors and against a slow, obvious reading of RFC 9162."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.ledger.tree import TILE, Tree
from metrics.ledger.verifying.merkle import is_consistent, leaf_hash, node_hash, root_by_inclusion, tree_root

# The eight leaves, their roots and proofs of the Certificate Transparency project's reference tests
# (google/certificate-transparency, merkletree/merkle_tree_test; transparency-dev/merkle, testonly).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {
    (2, 8): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
HASHES = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]


class ListedTiles:
    """Tiles of a list of leaf hashes."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self._hashes = hashes

    def hashes(self, level: int, index: int, *, at_most: int) -> Sequence[bytes]:
        step = TILE**level
        start = index * TILE
        return [slow_root(self._hashes[i * step : (i + 1) * step]) for i in range(start, start + at_most)]


def slow_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else sha256(b"").digest()
    k = slow_split(len(hashes))
    return node_hash(slow_root(hashes[:k]), slow_root(hashes[k:]))


def slow_split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def slow_path(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(hashes) == 1:
        return []
    k = slow_split(len(hashes))
    if m < k:
        return [*slow_path(m, hashes[:k]), slow_root(hashes[k:])]
    return [*slow_path(m - k, hashes[k:]), slow_root(hashes[:k])]


def slow_proof(m: int, hashes: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """RFC 9162, 2.1.4.1."""
    if m == len(hashes):
        return [] if known else [slow_root(hashes)]
    k = slow_split(len(hashes))
    if m <= k:
        return [*slow_proof(m, hashes[:k], known=known), slow_root(hashes[k:])]
    return [*slow_proof(m - k, hashes[k:], known=False), slow_root(hashes[:k])]


def tree(hashes: Sequence[bytes]) -> Tree:
    return Tree(ListedTiles(hashes), size=len(hashes))


def numbered(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert tree(HASHES[:size]).root().hex() == tree_root(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "path"), INCLUSION.items())
def test_inclusion_proofs_are_the_published_ones(place: tuple[int, int], path: list[str]) -> None:
    index, size = place
    found = tree(HASHES[:size]).inclusion(index)
    assert [step.hex() for step in found] == path
    root = root_by_inclusion(HASHES[index], index=index, size=size, path=found)
    assert root is not None
    assert root.hex() == ROOTS[size]


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCY.items())
def test_consistency_proofs_are_the_published_ones(sizes: tuple[int, int], path: list[str]) -> None:
    first, second = sizes
    found = tree(HASHES[:second]).consistency(first)
    assert [step.hex() for step in found] == path
    roots = {"first_root": bytes.fromhex(ROOTS[first]), "second_root": bytes.fromhex(ROOTS[second])}
    assert is_consistent(first=first, second=second, path=found, **roots)


@given(st.data())
@settings(max_examples=60)
def test_every_proof_is_what_the_standard_says_and_leads_to_the_root(data: st.DataObject) -> None:
    size = data.draw(st.one_of(st.integers(1, 70), st.integers(250, 1300)))
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    hashes = numbered(size)
    root, earlier = slow_root(hashes), slow_root(hashes[:first])
    path, proof = tree(hashes).inclusion(index), tree(hashes).consistency(first)
    assert tree(hashes).root() == tree_root(hashes) == root
    assert path == slow_path(index, hashes)
    assert proof == slow_proof(first, hashes)
    assert root_by_inclusion(hashes[index], index=index, size=size, path=path) == root
    assert is_consistent(first=first, second=size, first_root=earlier, second_root=root, path=proof)


@given(st.data())
@settings(max_examples=100)
def test_a_proof_that_was_changed_leads_nowhere(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    hashes = numbered(size)
    root, earlier = slow_root(hashes), slow_root(hashes[:first])
    path, proof = tree(hashes).inclusion(index), tree(hashes).consistency(first)
    for changed in _changed(data, path):
        assert root_by_inclusion(hashes[index], index=index, size=size, path=changed) != root
    for changed in _changed(data, proof):
        assert not is_consistent(first=first, second=size, first_root=earlier, second_root=root, path=changed)
    other = leaf_hash(b"another leaf")
    assert root_by_inclusion(other, index=index, size=size, path=path) != root
    assert not is_consistent(first=first, second=size, first_root=other, second_root=root, path=proof)


def _changed(data: st.DataObject, path: list[bytes]) -> list[list[bytes]]:
    place = data.draw(st.integers(0, len(path) - 1))
    flipped = bytes([path[place][0] ^ 1]) + path[place][1:]
    return [path[:-1], [*path, path[0]], [*path[:place], flipped, *path[place + 1 :]]]


def test_a_proof_for_what_is_not_there_is_refused() -> None:
    for index in (-1, 8):
        with pytest.raises(IndexError):
            tree(HASHES).inclusion(index)
        assert root_by_inclusion(HASHES[0], index=index, size=8, path=[]) is None
    for first in (0, 9):
        with pytest.raises(IndexError):
            tree(HASHES).consistency(first)
    roots = {"first_root": bytes.fromhex(ROOTS[8]), "second_root": bytes.fromhex(ROOTS[8])}
    assert is_consistent(first=8, second=8, path=[], **roots)
    assert not is_consistent(first=0, second=8, path=[], **roots)
    assert not is_consistent(first=8, second=8, path=[HASHES[0]], **roots)
