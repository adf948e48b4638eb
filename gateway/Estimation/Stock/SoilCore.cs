namespace FourPerMille.Sensor.Estimation.Stock;

/// <summary>One sampled layer of a core: fine-earth contents in % by mass, bulk density in g/cm3.</summary>
public sealed record SoilLayer
{
    public SoilLayer(double topCm, double bottomCm, double socPercent, double somPercent, double bulkDensity)
    {
        if (!(topCm >= 0 && bottomCm > topCm)) throw new ArgumentException($"A layer needs thickness, and runs downwards from the surface: {topCm} to {bottomCm} cm does not.");
        if (!(socPercent is >= 0 and <= 100)) throw new ArgumentException($"Organic carbon of {socPercent} % cannot be.");
        if (!(somPercent >= socPercent && somPercent < 100)) throw new ArgumentException($"Organic matter of {somPercent} % cannot hold {socPercent} % organic carbon and leave mineral soil.");
        if (!(bulkDensity is > 0 and < 3)) throw new ArgumentException($"A bulk density of {bulkDensity} g/cm3 cannot be.");
        (TopCm, BottomCm, SocPercent, SomPercent, BulkDensity) = (topCm, bottomCm, socPercent, somPercent, bulkDensity);
    }

    public double TopCm { get; }
    public double BottomCm { get; }
    public double SocPercent { get; }
    public double SomPercent { get; }
    public double BulkDensity { get; }

    public SoilMasses Masses
    {
        get
        {
            double soil = (BottomCm - TopCm) * BulkDensity;
            return new(soil, soil * SocPercent / 100, soil * SomPercent / 100);
        }
    }
}

/// <summary>Masses of a column of soil, g/cm2 (1 g/cm2 is 100 t/ha). Mineral soil is soil less organic matter.</summary>
public readonly record struct SoilMasses(double Soil, double Soc, double Som)
{
    public double Mineral => Soil - Som;
    public static SoilMasses operator +(SoilMasses a, SoilMasses b) => new(a.Soil + b.Soil, a.Soc + b.Soc, a.Som + b.Som);
    public static SoilMasses operator -(SoilMasses a, SoilMasses b) => new(a.Soil - b.Soil, a.Soc - b.Soc, a.Som - b.Som);
}

/// <summary>A core from the surface down without a gap.</summary>
public sealed class SoilCore
{
    /// <exception cref="ArgumentException">The first layer does not start at 0 cm or a layer does not start where the one above ends.</exception>
    public SoilCore(IReadOnlyList<SoilLayer> layers)
    {
        double depth = 0;
        foreach (var layer in layers)
        {
            if (layer.TopCm != depth) throw new ArgumentException($"A layer starts at {layer.TopCm} cm where the core has come to {depth} cm.");
            depth = layer.BottomCm;
        }
        if (layers.Count == 0) throw new ArgumentException("A core needs a layer.");
        Layers = layers;
    }

    public IReadOnlyList<SoilLayer> Layers { get; }
    public double DepthCm => Layers[^1].BottomCm;

    /// <summary>Masses from the surface down to the bottom of each layer.</summary>
    public SoilMasses[] Cumulated()
    {
        var sums = new SoilMasses[Layers.Count];
        var sum = default(SoilMasses);
        for (int i = 0; i < sums.Length; i++) sums[i] = sum += Layers[i].Masses;
        return sums;
    }
}
