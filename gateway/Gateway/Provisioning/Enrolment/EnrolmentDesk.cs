using System.Security.Cryptography;
using FourPerMille.Sensor.Gateway.Holders;
using FourPerMille.Sensor.Gateway.Levels;
using FourPerMille.Sensor.Gateway.Provisioning.Life;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;

namespace FourPerMille.Sensor.Gateway.Provisioning.Enrolment;

/// <summary>A new node with the land it goes to, as somebody ordered it.</summary>
/// <param name="Parcel">Entered with the node; null where the land is entered already, or never was.</param>
/// <param name="Consents">What the holder of the land allows; silence is no consent.</param>
sealed record EnrolmentOrder(string NodeId, NodeSettings Settings, ParcelRequest? Parcel, IReadOnlyList<Consent> Consents)
{
    /// <summary>Those of the fitted probes whose serial numbers are known.</summary>
    public IReadOnlyList<NodeEvent.ProbeFitted> Probes { get; init; } = [];
}

/// <summary>Enrols a node with its parcel and the holder's consents in one transaction: all of it or nothing, whatever is unplugged meanwhile.</summary>
sealed class EnrolmentDesk(NodeRegistry nodes, NodeFiles files, ParcelBook parcels, ConsentBook consents, NodeLifeBook lives, LevelSurvey survey, Database database, TimeProvider time)
{
    /// <exception cref="InputRefused">What POST /api/nodes refuses too, and a node that is enrolled already: its settings are changed, it is not added again.</exception>
    public async Task<Node> Enrol(EnrolmentOrder order, string by, CancellationToken stop)
    {
        Check(order);
        var node = await database.Write(session =>
        {
            if (order.Parcel is { } parcel) parcels.Enter(session, parcel);
            foreach (var consent in order.Consents) consents.Give(session, consent);
            var enrolled = nodes.Enrol(session, order.NodeId, order.Settings);
            lives.Fit(session, enrolled, order.Probes);
            HandoverBook.Grant(session, enrolled, by, time.GetUtcNow());
            AuditTrail.Note(session, time.GetUtcNow(), by, AuditTrail.NodeEnrolled, enrolled.Id);
            return enrolled;
        }, stop);
        survey.Renew();
        return node;
    }

    /// <summary>The same refusals, with nothing done.</summary>
    /// <exception cref="InputRefused">The order cannot be carried out.</exception>
    public void Check(EnrolmentOrder order)
    {
        var settings = order.Settings.Checked("node");
        nodes.Check(order.NodeId, settings, "node");
        if (nodes.Find(order.NodeId) is not null)
            throw new InputRefused($"node '{order.NodeId}': is enrolled already; 'fpm node configure' changes its settings.", StatusCodes.Status409Conflict) { Key = "refusal.node-known", Parts = [order.NodeId] };
        files.RequireHost(settings);
        foreach (var probe in order.Probes) probe.Checked();
        order.Parcel?.Checked("parcel");
        foreach (var consent in order.Consents) consent.Checked();
    }

    /// <summary>An id for a board that brings none: an EUI-64 of the locally administered kind (IEEE 802, the second bit of the first byte), so that no maker has given it.</summary>
    public static string MakeId() => Convert.ToHexStringLower([0x02, .. RandomNumberGenerator.GetBytes(7)]);
}
