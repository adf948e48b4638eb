namespace FourPerMille.Sensor.Estimation.RothC;

/// <summary>Carbon of the four active pools, t C/ha (or their radiocarbon activity, in the same order).</summary>
public readonly record struct Pools(double Dpm, double Rpm, double Bio, double Hum)
{
    public double Sum => Dpm + Rpm + Bio + Hum;
    public static Pools operator +(Pools a, Pools b) => new(a.Dpm + b.Dpm, a.Rpm + b.Rpm, a.Bio + b.Bio, a.Hum + b.Hum);
    public static Pools operator -(Pools a, Pools b) => new(a.Dpm - b.Dpm, a.Rpm - b.Rpm, a.Bio - b.Bio, a.Hum - b.Hum);
    public static Pools operator *(double factor, Pools a) => new(factor * a.Dpm, factor * a.Rpm, factor * a.Bio, factor * a.Hum);
    public bool IsNonNegative => Dpm >= 0 && Rpm >= 0 && Bio >= 0 && Hum >= 0;
}

/// <summary>
/// Decomposition is linear in the pools: x' = A x. DPM and RPM only lose; what every pool loses feeds BIO and HUM, so A has
/// ten entries: the diagonal, BIO from all four, HUM from all four. Given the rate modifiers this is exact, not a linearisation.
/// </summary>
public readonly record struct PoolMatrix(
    double Dpm, double Rpm,
    double BioFromDpm, double BioFromRpm, double BioFromBio, double BioFromHum,
    double HumFromDpm, double HumFromRpm, double HumFromBio, double HumFromHum)
{
    public static PoolMatrix Identity { get; } = new(1, 1, 0, 0, 1, 0, 0, 0, 0, 1);

    public static Pools operator *(in PoolMatrix a, Pools x) => new(
        a.Dpm * x.Dpm,
        a.Rpm * x.Rpm,
        a.BioFromDpm * x.Dpm + a.BioFromRpm * x.Rpm + a.BioFromBio * x.Bio + a.BioFromHum * x.Hum,
        a.HumFromDpm * x.Dpm + a.HumFromRpm * x.Rpm + a.HumFromBio * x.Bio + a.HumFromHum * x.Hum);

    /// <summary>First b, then a.</summary>
    public static PoolMatrix operator *(in PoolMatrix a, in PoolMatrix b) => new(
        a.Dpm * b.Dpm,
        a.Rpm * b.Rpm,
        a.BioFromDpm * b.Dpm + a.BioFromBio * b.BioFromDpm + a.BioFromHum * b.HumFromDpm,
        a.BioFromRpm * b.Rpm + a.BioFromBio * b.BioFromRpm + a.BioFromHum * b.HumFromRpm,
        a.BioFromBio * b.BioFromBio + a.BioFromHum * b.HumFromBio,
        a.BioFromBio * b.BioFromHum + a.BioFromHum * b.HumFromHum,
        a.HumFromDpm * b.Dpm + a.HumFromBio * b.BioFromDpm + a.HumFromHum * b.HumFromDpm,
        a.HumFromRpm * b.Rpm + a.HumFromBio * b.BioFromRpm + a.HumFromHum * b.HumFromRpm,
        a.HumFromBio * b.BioFromBio + a.HumFromHum * b.HumFromBio,
        a.HumFromBio * b.BioFromHum + a.HumFromHum * b.HumFromHum);

    public static PoolMatrix operator *(double factor, in PoolMatrix a) => new(
        factor * a.Dpm, factor * a.Rpm,
        factor * a.BioFromDpm, factor * a.BioFromRpm, factor * a.BioFromBio, factor * a.BioFromHum,
        factor * a.HumFromDpm, factor * a.HumFromRpm, factor * a.HumFromBio, factor * a.HumFromHum);

    /// <summary>Solves x = A x + u, the state a repeated A and u settle at: (I - A)^-1 u, by substitution and a 2 x 2 system.</summary>
    /// <exception cref="InvalidOperationException">A pool never decomposes (all modifiers zero), so there is no such state.</exception>
    public Pools FixedPoint(Pools u)
    {
        double dpm = u.Dpm / (1 - Dpm), rpm = u.Rpm / (1 - Rpm);
        double bio = u.Bio + BioFromDpm * dpm + BioFromRpm * rpm, hum = u.Hum + HumFromDpm * dpm + HumFromRpm * rpm;
        double bb = 1 - BioFromBio, hh = 1 - HumFromHum, determinant = bb * hh - BioFromHum * HumFromBio;
        var fixedPoint = new Pools(dpm, rpm, (hh * bio + BioFromHum * hum) / determinant, (bb * hum + HumFromBio * bio) / determinant);
        return double.IsFinite(fixedPoint.Sum) ? fixedPoint : throw new InvalidOperationException("Nothing decomposes in this year, so there is no equilibrium.");
    }
}

/// <summary>x' = A x + u: one step, or any number of them in a row as one.</summary>
public readonly record struct PoolMap(PoolMatrix Matrix, Pools Input)
{
    public static PoolMap Identity { get; } = new(PoolMatrix.Identity, default);

    public Pools Apply(Pools x) => Matrix * x + Input;

    /// <summary>This map and then the next one, as one map.</summary>
    public PoolMap Then(in PoolMap next) => new(next.Matrix * Matrix, next.Matrix * Input + next.Input);
}
