using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FourPerMille.Sensor.Estimation.Algebra;

/// <summary>
/// The one product this library spends its time in: every row of one table with every row of another. It serves the Gram matrix, the
/// steps of all folds at once, the scores of new spectra and the distances to neighbours.
/// </summary>
public static class Products
{
    /// <summary>Σ a_i b_i over the length of <paramref name="a"/>.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        Vector256<double> even = default, odd = default;
        ref var pa = ref MemoryMarshal.GetReference(a);
        ref var pb = ref MemoryMarshal.GetReference(b);
        var i = 0;
        for (; i <= a.Length - 8; i += 8)
        {
            even = Vector256.FusedMultiplyAdd(Load(ref pa, i), Load(ref pb, i), even);
            odd = Vector256.FusedMultiplyAdd(Load(ref pa, i + 4), Load(ref pb, i + 4), odd);
        }
        var sum = Vector256.Sum(even + odd);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Σ w_i a_i b_i over the length of <paramref name="a"/>.</summary>
    public static double WeightedDot(ReadOnlySpan<double> w, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        w = w[..a.Length];
        b = b[..a.Length];
        Vector256<double> even = default, odd = default;
        ref var pw = ref MemoryMarshal.GetReference(w);
        ref var pa = ref MemoryMarshal.GetReference(a);
        ref var pb = ref MemoryMarshal.GetReference(b);
        var i = 0;
        for (; i <= a.Length - 8; i += 8)
        {
            even = Vector256.FusedMultiplyAdd(Load(ref pw, i) * Load(ref pa, i), Load(ref pb, i), even);
            odd = Vector256.FusedMultiplyAdd(Load(ref pw, i + 4) * Load(ref pa, i + 4), Load(ref pb, i + 4), odd);
        }
        var sum = Vector256.Sum(even + odd);
        for (; i < a.Length; i++) sum += w[i] * a[i] * b[i];
        return sum;
    }

    /// <summary>y += factor · x.</summary>
    public static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        x = x[..y.Length];
        ref var py = ref MemoryMarshal.GetReference(y);
        ref var px = ref MemoryMarshal.GetReference(x);
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= y.Length - 4; i += 4)
            Vector256.FusedMultiplyAdd(factors, Load(ref px, i), Load(ref py, i)).StoreUnsafe(ref py, (nuint)i);
        for (; i < y.Length; i++) y[i] += factor * x[i];
    }

    /// <summary>Σ (x_i - y_i)².</summary>
    public static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        y = y[..x.Length];
        Vector256<double> even = default, odd = default;
        ref var px = ref MemoryMarshal.GetReference(x);
        ref var py = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            var left = Load(ref px, i) - Load(ref py, i);
            even = Vector256.FusedMultiplyAdd(left, left, even);
            left = Load(ref px, i + 4) - Load(ref py, i + 4);
            odd = Vector256.FusedMultiplyAdd(left, left, odd);
        }
        var sum = Vector256.Sum(even + odd);
        for (; i < x.Length; i++) sum += (x[i] - y[i]) * (x[i] - y[i]);
        return sum;
    }

    /// <summary>A·Bᵀ, a.Rows × b.Rows.</summary>
    public static RowMatrix TimesTransposed(RowMatrix a, RowMatrix b)
    {
        var product = new RowMatrix(a.Rows, b.Rows);
        TimesTransposed(a, 0, a.Rows, b, product.Data, b.Rows);
        return product;
    }

    /// <summary>The Gram matrix A·Aᵀ, a.Rows × a.Rows: the upper half is computed, the lower mirrored.</summary>
    public static RowMatrix Gram(RowMatrix a)
    {
        const int Stripe = 32;
        var gram = new RowMatrix(a.Rows, a.Rows);
        var below = new RowMatrix(a.Rows, a.Columns, a.Data);
        for (var first = 0; first < a.Rows; first += Stripe)
        {
            var count = Math.Min(Stripe, a.Rows - first);
            TimesTransposed(a, first, count, below, first, gram.Data.AsSpan(first * a.Rows + first), a.Rows);
        }
        for (var i = 1; i < a.Rows; i++)
            for (var j = 0; j < i; j++)
                gram[i, j] = gram[j, i];
        return gram;
    }

    /// <summary>Rows first … first+count-1 of A with every row of B, into <paramref name="into"/> with <paramref name="stride"/> values a row.</summary>
    public static void TimesTransposed(RowMatrix a, int first, int count, RowMatrix b, Span<double> into, int stride) =>
        TimesTransposed(a, first, count, b, 0, into, stride);

    static void TimesTransposed(RowMatrix a, int first, int count, RowMatrix b, int firstOfB, Span<double> into, int stride)
    {
        if (a.Columns != b.Columns) throw new ArgumentException($"Rows of {a.Columns} and of {b.Columns} values have no product.", nameof(b));
        var (n, bRows) = (a.Columns, b.Rows - firstOfB);
        if (count == 0 || bRows == 0) return;
        if (into.Length < (count - 1) * stride + bRows) throw new ArgumentException("The product does not fit.", nameof(into));
        ref var pa = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(a.Data), first * n);
        ref var pb = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(b.Data), firstOfB * n);
        var i = 0;
        for (; i <= count - 3; i += 3)
        {
            ref var rows = ref Unsafe.Add(ref pa, i * n);
            var j = 0;
            for (; j <= bRows - 4; j += 4)
                ThreeByFour(ref rows, ref Unsafe.Add(ref pb, j * n), n, ref into[i * stride + j], stride);
            for (; j < bRows; j++)
                for (var k = 0; k < 3; k++)
                    into[(i + k) * stride + j] = Dot(a.Data.AsSpan((first + i + k) * n, n), b.Data.AsSpan((firstOfB + j) * n, n));
        }
        for (; i < count; i++)
            for (var j = 0; j < bRows; j++)
                into[i * stride + j] = Dot(a.Data.AsSpan((first + i) * n, n), b.Data.AsSpan((firstOfB + j) * n, n));
    }

    // Twelve running sums, three rows of A and one of B fill the sixteen registers of AVX2: seven loads feed twelve multiplications.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ThreeByFour(ref double a, ref double b, int n, ref double into, int stride)
    {
        ref var a1 = ref Unsafe.Add(ref a, n);
        ref var a2 = ref Unsafe.Add(ref a1, n);
        ref var b1 = ref Unsafe.Add(ref b, n);
        ref var b2 = ref Unsafe.Add(ref b1, n);
        ref var b3 = ref Unsafe.Add(ref b2, n);
        Vector256<double> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector256<double> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector256<double> s20 = default, s21 = default, s22 = default, s23 = default;
        var k = 0;
        for (; k <= n - 4; k += 4)
        {
            Vector256<double> x0 = Load(ref a, k), x1 = Load(ref a1, k), x2 = Load(ref a2, k);
            var y = Load(ref b, k);
            s00 = Vector256.FusedMultiplyAdd(x0, y, s00); s10 = Vector256.FusedMultiplyAdd(x1, y, s10); s20 = Vector256.FusedMultiplyAdd(x2, y, s20);
            y = Load(ref b1, k);
            s01 = Vector256.FusedMultiplyAdd(x0, y, s01); s11 = Vector256.FusedMultiplyAdd(x1, y, s11); s21 = Vector256.FusedMultiplyAdd(x2, y, s21);
            y = Load(ref b2, k);
            s02 = Vector256.FusedMultiplyAdd(x0, y, s02); s12 = Vector256.FusedMultiplyAdd(x1, y, s12); s22 = Vector256.FusedMultiplyAdd(x2, y, s22);
            y = Load(ref b3, k);
            s03 = Vector256.FusedMultiplyAdd(x0, y, s03); s13 = Vector256.FusedMultiplyAdd(x1, y, s13); s23 = Vector256.FusedMultiplyAdd(x2, y, s23);
        }
        ref var row1 = ref Unsafe.Add(ref into, stride);
        ref var row2 = ref Unsafe.Add(ref row1, stride);
        StoreSums(ref into, s00, s01, s02, s03);
        StoreSums(ref row1, s10, s11, s12, s13);
        StoreSums(ref row2, s20, s21, s22, s23);
        for (; k < n; k++)
            for (var j = 0; j < 4; j++)
            {
                var y = Unsafe.Add(ref b, j * n + k);
                Unsafe.Add(ref into, j) += Unsafe.Add(ref a, k) * y;
                Unsafe.Add(ref row1, j) += Unsafe.Add(ref a1, k) * y;
                Unsafe.Add(ref row2, j) += Unsafe.Add(ref a2, k) * y;
            }
    }

    static void StoreSums(ref double into, Vector256<double> s0, Vector256<double> s1, Vector256<double> s2, Vector256<double> s3)
    {
        into = Vector256.Sum(s0);
        Unsafe.Add(ref into, 1) = Vector256.Sum(s1);
        Unsafe.Add(ref into, 2) = Vector256.Sum(s2);
        Unsafe.Add(ref into, 3) = Vector256.Sum(s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> Load(ref double start, int index) => Vector256.LoadUnsafe(ref start, (nuint)index);
}
