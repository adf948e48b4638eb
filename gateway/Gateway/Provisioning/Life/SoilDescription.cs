using System.Text.Json.Nodes;
using FourPerMille.Sensor.Estimation.RothC;
using FourPerMille.Sensor.Estimation.Uncertainty;
using FourPerMille.Sensor.Gateway.Records;

namespace FourPerMille.Sensor.Gateway.Provisioning.Life;

/// <summary>What somebody found out about the soil at a node. Without a source it is nothing.</summary>
/// <param name="Source">Who determined it, how: a laboratory's report, a soil map with its edition.</param>
public sealed record SoilDescription(string Source, double? SandPercent = null, double? ClayPercent = null, double? OrganicMatterPercent = null,
    double? WiltingPoint = null, double? WiltingPointU = null, double? Porosity = null, double? PorosityU = null)
{
    /// <exception cref="InputRefused">A part is missing or cannot be.</exception>
    public SoilDescription Checked()
    {
        if (string.IsNullOrWhiteSpace(Source)) throw new InputRefused("soil.source: says who determined this, and how. Texture without a source is not used.");
        if ((SandPercent is null) != (ClayPercent is null)) throw new InputRefused("soil: sandPercent and clayPercent go together.");
        if (SandPercent is not null && OrganicMatterPercent is null) throw new InputRefused("soil.organicMatterPercent: the wilting point of a texture depends on it (Saxton and Rawls 2006).");
        if (SandPercent is { } sand) Sane("soil", () => SaxtonRawls.Of(sand, ClayPercent!.Value, OrganicMatterPercent!.Value));
        Share("soil.wiltingPoint", WiltingPoint, WiltingPointU);
        Share("soil.porosity", Porosity, PorosityU);
        return this;
    }

    /// <summary>Water content at 1500 kPa, m3/m3: measured, or else by texture; null where neither is known.</summary>
    public InputQuantity? AtWiltingPoint() =>
        WiltingPoint is { } measured ? new("wilting point", measured, WiltingPointU!.Value)
        : SandPercent is { } sand ? SaxtonRawls.Of(sand, ClayPercent!.Value, OrganicMatterPercent!.Value).WiltingPoint : null;

    /// <summary>Of all pores, m3/m3: measured, or else the saturation of the texture.</summary>
    public InputQuantity? TotalPorosity() =>
        Porosity is { } measured ? new("porosity", measured, PorosityU!.Value)
        : SandPercent is { } sand ? SaxtonRawls.Of(sand, ClayPercent!.Value, OrganicMatterPercent!.Value).Saturation : null;

    public JsonObject ToJson() => new RecordBody
    {
        ["source"] = Source, ["sandPercent"] = Text(SandPercent), ["clayPercent"] = Text(ClayPercent), ["organicMatterPercent"] = Text(OrganicMatterPercent),
        ["wiltingPoint"] = Text(WiltingPoint), ["wiltingPointU"] = Text(WiltingPointU), ["porosity"] = Text(Porosity), ["porosityU"] = Text(PorosityU),
    }.WithoutNulls();

    public static SoilDescription? FromJson(JsonNode? soil) => soil is null ? null : new(soil["source"]!.ToString(), Number(soil["sandPercent"]), Number(soil["clayPercent"]),
        Number(soil["organicMatterPercent"]), Number(soil["wiltingPoint"]), Number(soil["wiltingPointU"]), Number(soil["porosity"]), Number(soil["porosityU"]));

    static void Share(string what, double? share, double? u)
    {
        if ((share is null) != (u is null)) throw new InputRefused($"{what}: needs its standard uncertainty beside it, {what}U.");
        if (share is not null && !(share is > 0 and < 1 && u is > 0 and < 1)) throw new InputRefused($"{what}: {share} and its uncertainty are shares of the volume, above 0 and below 1.");
    }

    static void Sane(string where, Func<object> make)
    {
        try { make(); }
        catch (ArgumentException refused) { throw new InputRefused($"{where}: {Technician.Cli.Verb.Reason(refused)}"); }
    }

    static string? Text(double? value) => value is { } number ? Decimals.Exact(number) : null;
    static double? Number(JsonNode? text) => text is null ? null : Decimals.Parse(text);
}
