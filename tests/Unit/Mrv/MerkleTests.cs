using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Tiles;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Mrv;

/// <summary>The reference tree of Certificate Transparency (the test inputs of RFC 6962's own implementation), and properties over any tree.</summary>
public sealed class MerkleTests
{
    static readonly byte[][] Inputs = [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)];

    static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_reference_tree_has_its_published_roots_at_every_size()
    {
        for (var size = 0; size <= Inputs.Length; size++) Assert.Equal(Roots[size], Tree(Inputs.Take(size)).Root().ToHex());
    }

    [Fact]
    public void The_reference_tree_has_its_published_proofs()
    {
        var eight = Tree(Inputs);
        Assert.Equal(
            ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
            Hex(eight.InclusionProof(5)));
        Assert.Equal(
            ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
            Hex(eight.InclusionProof(0)));
        Assert.Equal(
            ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
            Hex(eight.ConsistencyProof(6)));
        Assert.Equal(
            ["0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7", "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"],
            Hex(Tree(Inputs.Take(7)).ConsistencyProof(3)));
    }

    /// <summary>Roots by the definition of RFC 6962 word for word, over every size around the first and second full tile.</summary>
    [Fact]
    public void Tiles_give_the_root_the_definition_gives()
    {
        foreach (var size in Enumerable.Range(0, 40).Concat([255, 256, 257, 511, 512, 513, 700]))
        {
            var entries = Entries(size);
            Assert.Equal(ByDefinition(entries.Select(e => TreeHasher.Leaf(e)).ToArray()), Tree(entries).Root());
        }
    }

    [Fact]
    public void Every_leaf_of_every_small_tree_is_proven() => ForEveryLeaf(70, (tree, root, leaf) =>
        Assert.True(MerkleProof.VerifyInclusion(TreeHasher.Leaf(tree.Entry(leaf)), leaf, tree.Size, tree.InclusionProof(leaf), root)));

    [Fact]
    public void Every_small_tree_is_consistent_with_every_smaller_one()
    {
        var roots = Enumerable.Range(0, 71).Select(size => Tree(Entries(size)).Root()).ToArray();
        var largest = Tree(Entries(70));
        for (var size = 1; size <= 70; size++)
            for (var old = 1; old <= size; old++)
                Assert.True(MerkleProof.VerifyConsistency(old, roots[old], size, roots[size], MerkleTree.ConsistencyProof(largest, old, size)));
        Assert.True(MerkleProof.VerifyConsistency(0, roots[0], 9, roots[9], []));
    }

    [Fact]
    public void Any_proof_verifies_in_trees_of_several_tiles() => Prop.ForAll(TreesWithLeaf, ((int Size, int Leaf) at) =>
    {
        var tree = Large.At(at.Size);
        var root = tree.Root();
        return MerkleProof.VerifyInclusion(TreeHasher.Leaf(Large.Entries[at.Leaf]), at.Leaf, at.Size, tree.InclusionProof(at.Leaf), root)
            && MerkleProof.VerifyConsistency(at.Leaf + 1, Large.At(at.Leaf + 1).Root(), at.Size, root, tree.ConsistencyProof(at.Leaf + 1));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_flipped_bit_of_leaf_path_or_root_fails() => Prop.ForAll(TreesWithLeaf, ArbMap.Default.ArbFor<int>(), ((int Size, int Leaf) at, int bit) =>
    {
        var tree = Large.At(at.Size);
        Hash[] all = [TreeHasher.Leaf(Large.Entries[at.Leaf]), tree.Root(), .. tree.InclusionProof(at.Leaf)];
        Flip(all, bit);
        return !MerkleProof.VerifyInclusion(all[0], at.Leaf, at.Size, all[2..], all[1]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_flipped_bit_of_a_consistency_proof_fails() => Prop.ForAll(TreesWithLeaf, ArbMap.Default.ArbFor<int>(), ((int Size, int Leaf) at, int bit) =>
    {
        var old = at.Leaf + 1;
        Hash[] all = [Large.At(old).Root(), Large.At(at.Size).Root(), .. Large.At(at.Size).ConsistencyProof(old)];
        Flip(all, bit);
        return !MerkleProof.VerifyConsistency(old, all[0], at.Size, all[1], all[2..]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_leaf_is_not_proven_at_another_place_nor_by_a_longer_or_shorter_path() => ForEveryLeaf(33, (tree, root, leaf) =>
    {
        var (hash, path) = (TreeHasher.Leaf(tree.Entry(leaf)), tree.InclusionProof(leaf));
        for (var other = 0; other < tree.Size; other++)
            Assert.Equal(other == leaf, MerkleProof.VerifyInclusion(hash, other, tree.Size, path, root));
        Assert.False(MerkleProof.VerifyInclusion(hash, leaf, tree.Size, [.. path, root], root));
        if (path.Count > 0) Assert.False(MerkleProof.VerifyInclusion(hash, leaf, tree.Size, [.. path.SkipLast(1)], root));
        Assert.False(MerkleProof.VerifyInclusion(hash, leaf, leaf, path, root));
        Assert.False(MerkleProof.VerifyInclusion(hash, -1, tree.Size, path, root));
    });

    static Arbitrary<(int Size, int Leaf)> TreesWithLeaf { get; } = Arb.From(
        from size in Gen.OneOf(Gen.Choose(1, Large.Entries.Count), Gen.Elements(1, 255, 256, 257, 512, 1024, 1025))
        from leaf in Gen.Choose(0, size - 1)
        select (size, leaf));

    static void Flip(Hash[] hashes, int bit)
    {
        var at = (int)((uint)bit % (hashes.Length * 256));
        var bytes = hashes[at / 256].ToArray();
        bytes[at % 256 / 8] ^= (byte)(1 << at % 8);
        hashes[at / 256] = new Hash(bytes);
    }

    static void ForEveryLeaf(int most, Action<TileTree, Hash, int> check)
    {
        for (var size = 1; size <= most; size++)
        {
            var tree = Tree(Entries(size));
            var root = tree.Root();
            for (var leaf = 0; leaf < size; leaf++) check(tree, root, leaf);
        }
    }

    static Hash ByDefinition(ReadOnlySpan<Hash> leaves)
    {
        if (leaves.Length == 0) return TreeHasher.Empty;
        if (leaves.Length == 1) return leaves[0];
        var k = 1;
        while (2 * k < leaves.Length) k *= 2;
        return TreeHasher.Node(ByDefinition(leaves[..k]), ByDefinition(leaves[k..]));
    }

    internal static List<byte[]> Entries(int count) => [.. Enumerable.Range(0, count).Select(i => System.Text.Encoding.ASCII.GetBytes("entry " + i))];

    static TileTree Tree(IEnumerable<byte[]> entries)
    {
        var log = TileLog.Open(new MemoryTileStore(), 0);
        log.Append([.. entries]);
        return log.Tree();
    }

    static string[] Hex(IEnumerable<Hash> hashes) => [.. hashes.Select(h => h.ToHex())];

    /// <summary>One log of several tiles, read at any of its sizes: older sizes are cut from what is there.</summary>
    static class Large
    {
        public static List<byte[]> Entries { get; } = MerkleTests.Entries(1100);
        static readonly MemoryTileStore Store = Fill();

        public static TileTree At(int size) => new(Store, size);

        static MemoryTileStore Fill()
        {
            var store = new MemoryTileStore();
            TileLog.Open(store, 0).Append(Entries);
            return store;
        }
    }
}
