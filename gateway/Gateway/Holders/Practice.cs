using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Gateway.Holders;

/// <summary>What was done on a piece of land, as somebody states it.</summary>
public sealed record Practice
{
    /// <summary>Cover crop, no-till, compost, grazing, …</summary>
    public required string What { get; init; }

    /// <summary>The site, or site/parcel.</summary>
    public required string About { get; init; }
    public required DateTimeOffset From { get; init; }
    public DateTimeOffset? Until { get; init; }
    public required string StatedBy { get; init; }
    public required DateTimeOffset Stated { get; init; }
    public double? Amount { get; init; }
    public string? Unit { get; init; }

    /// <summary>What shows it: an invoice, a photograph, a satellite scene; its hash where it is a file.</summary>
    public string? Evidence { get; init; }
    public string? EvidenceHash { get; init; }

    public Practice Checked()
    {
        Require(!string.IsNullOrWhiteSpace(What), "what: says nothing; such as 'cover crop' or 'compost'");
        Require(!string.IsNullOrWhiteSpace(About), "about: name the site, or site/parcel");
        Require(!string.IsNullOrWhiteSpace(StatedBy), "statedBy: who says so? The log holds a commitment to the name, not the name");
        Require(Until is null || Until > From, "until: is not after from");
        Require((Amount is null) == (Unit is null), "amount and unit: go together");
        Require(EvidenceHash is null || RecordId.TryParse(EvidenceHash, out _), "evidenceHash: reads sha256: and 64 digits");
        return this;

        static void Require(bool met, RefusalSentence what)
        {
            if (!met) throw new InputRefused($"{what}.");
        }
    }

    /// <summary>A later statement on the same practice, land and beginning corrects the earlier.</summary>
    public RecordDraft Draft(Func<string, JsonNode, string> commit) => RecordDraft.Of(RecordTypes.Practice, $"{About}/{What}/{RecordEnvelope.WriteTime(From)}", new RecordBody
    {
        ["practice"] = What, ["about"] = About, ["from"] = RecordEnvelope.WriteTime(From), ["until"] = Until is { } until ? RecordEnvelope.WriteTime(until) : null,
        ["statedBy"] = commit("holder", StatedBy), ["stated"] = RecordEnvelope.WriteTime(Stated), ["amount"] = Amount is { } amount ? Decimals.Exact(amount) : null,
        ["unit"] = Unit, ["evidence"] = Evidence, ["evidenceHash"] = EvidenceHash is { } hash ? "sha256:" + hash[^64..] : null,
    }.WithoutNulls());
}
