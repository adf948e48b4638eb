using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Sheets;

/// <summary>What a node of the parcel says: its newest reading, its newest carbon estimate, how many of its probes are under a valid certificate.</summary>
/// <param name="Latest">Of the last seven days; null where it was silent.</param>
/// <param name="Carbon">The newest estimate or abstention of the last sixty days.</param>
/// <param name="Before">The newest that was a figure, where <paramref name="Carbon"/> abstains.</param>
sealed record SheetNode(Node Node, JudgedReading? Latest, Estimated? Carbon, Estimated? Before, int ProbesUnderCertificate, int Probes);

/// <summary>What of the parcel goes out of the gateway, and by whose word.</summary>
/// <param name="To">Null: nobody takes it.</param>
sealed record WhatLeaves(Uri? To, bool ByCourier, bool IsOpen, bool ExactPosition, bool HolderName, string Licence, double CellDegrees)
{
    public bool Anything => To is not null || ByCourier;
}

/// <summary>A parcel for whoever works it: what was measured, how sure that is, what leaves the farm.</summary>
/// <param name="Land">Null where nodes name the parcel and nobody entered it: then no consent was ever asked for.</param>
sealed record ParcelSheet(string Name, string Site, string Region, Parcel? Land, IReadOnlyList<SheetNode> Nodes, WhatLeaves Leaves, DateTimeOffset Now)
{
    static readonly TimeSpan ReadingsBack = TimeSpan.FromDays(7), EstimatesBack = TimeSpan.FromDays(60);

    /// <summary>By the parcel's name, or a site's where its nodes name no parcel; null where there is neither.</summary>
    public static ParcelSheet? Of(string name, NodeRegistry nodes, CertificateBook certificates, JudgedReadings readings, Database database, GatewayOptions options, DateTimeOffset now)
    {
        var there = nodes.All.Where(node => node.Retired is null && (node.Settings.Parcel ?? node.Settings.Site) == name).ToList();
        var land = database.Read(session => ParcelBook.All(session).FirstOrDefault(parcel => parcel.Name == name));
        if (land is null && there.Count == 0) return null;
        var (site, region) = land is not null ? (land.Site, land.Region) : (there[0].Settings.Site, there[0].Settings.Region);
        var about = land?.Land ?? (name == site ? site : $"{site}/{name}");
        var leaves = database.Read(session => new WhatLeaves(options.Observatory, options.Courier, land is not { IsRestricted: true },
            ConsentBook.Allows(session, about, ConsentScope.ExactPosition, now), ConsentBook.Allows(session, about, ConsentScope.HolderName, now),
            land?.Licence ?? ParcelRequest.OpenLicence, land?.CellDegrees ?? ParcelRequest.UsualCellDegrees));
        return new(name, site, region, land, [.. there.Select(node => Look(node, certificates, readings, database, now))], leaves, now);
    }

    static SheetNode Look(Node node, CertificateBook certificates, JudgedReadings readings, Database database, DateTimeOffset now)
    {
        var estimates = database.Read(session => Estimated.Of(session, node, now - EstimatesBack));
        var (valid, probes) = FittedProbes.UnderCertificate(node, certificates, now);
        return new(node, readings.Within(node, now - ReadingsBack, now).LastOrDefault(), estimates.FirstOrDefault(), estimates.FirstOrDefault(estimate => estimate.Value is not null), valid, probes);
    }
}

/// <summary>The probes a node's settings name, and which of them a certificate speaks for.</summary>
static class FittedProbes
{
    public static IEnumerable<(CertificateKind Kind, int Channel)> Of(NodeSettings settings) =>
    [
        .. settings.MoistureDepthsCm.Select((_, channel) => (CertificateKind.Moisture, channel)),
        .. settings.Co2Every > 0 ? [(CertificateKind.Co2, 0)] : Array.Empty<(CertificateKind, int)>(),
        .. settings.SpectralEvery > 0 ? [(CertificateKind.SpectralHead, 0)] : Array.Empty<(CertificateKind, int)>(),
    ];

    /// <summary>Probes whose readings are nothing without one; a soil thermometer has its maker's word.</summary>
    public static (int Valid, int Probes) UnderCertificate(Node node, CertificateBook certificates, DateTimeOffset now)
    {
        var (of, all) = (certificates.Of(node), Of(node.Settings).ToList());
        return (all.Count(probe => of.At(probe.Kind, probe.Channel, now) is (_, false)), all.Count);
    }
}
