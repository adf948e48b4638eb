using System.Reflection;
using FourPerMille.Sensor.Gateway.Technician.Web;
using Microsoft.AspNetCore.Components;

namespace FourPerMille.Sensor.Browser;

/// <summary>Every page of the console, from its own list of routes, and where each is to be seen on the field day.</summary>
static class Routes
{
    /// <summary>The templates of all routed components.</summary>
    public static IEnumerable<string> All => typeof(App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template).Order(StringComparer.Ordinal);

    /// <summary>Pages that no browser looks at yet: a candidate must be trained first, on cores of a whole campaign (tests/Unit/SocModels/CandidateTests reads its page).</summary>
    public static readonly IReadOnlyList<string> NotYet = ["/calibrations/models/{Name}/candidates/{Id:long}"];

    /// <summary>An address for each other template.</summary>
    public static readonly IReadOnlyDictionary<string, Func<FieldDay, Task<string>>> Addresses = new Dictionary<string, Func<FieldDay, Task<string>>>
    {
        ["/"] = At("/"),
        ["/account"] = At("/account"),
        ["/accounts"] = At("/accounts"),
        ["/alarms"] = At("/alarms"),
        ["/calibrations"] = At("/calibrations"),
        ["/calibrations/{Id:long}"] = async day => "/calibrations/" + (await day.Calibration()).Id,
        ["/calibrations/models"] = At("/calibrations/models"),
        ["/calibrations/models/{Name}"] = InCampaign(""),
        ["/calibrations/models/{Name}/cores"] = InCampaign("/cores"),
        ["/calibrations/models/{Name}/labels"] = InCampaign("/labels"),
        ["/calibrations/models/{Name}/laboratory"] = InCampaign("/laboratory"),
        ["/calibrations/models/{Name}/sheet"] = InCampaign("/sheet"),
        ["/certificates/{Id}"] = async day => "/certificates/" + (await day.Certificate()).Id,
        ["/nodes/{Id}"] = day => Task.FromResult("/nodes/" + day.NodeId),
        ["/nodes/add"] = At("/nodes/add"),
        ["/nodes/{Id}/handover"] = At($"/nodes/{FieldDay.SilentNode}/handover"),
        ["/nodes/{Id}/label"] = At($"/nodes/{FieldDay.SilentNode}/label"),
        ["/not-allowed"] = At("/not-allowed"),
        ["/not-found"] = At("/not-found"),
        ["/outbox"] = At("/outbox"),
        ["/parcels/{Name}"] = At("/parcels/north-slope"),
        ["/records"] = At("/records"),
        ["/records/{Id}"] = async day => "/records/" + (await day.Certificate()).RecordId,
        ["/setup"] = At("/setup"),
        ["/sign-in"] = At("/sign-in"),
        ["/twins"] = At("/twins"),
        ["/twins/{Twin}"] = At("/twins/" + FieldDay.Twin),
    };

    static Func<FieldDay, Task<string>> InCampaign(string page) => async day => $"/calibrations/models/{(await day.Campaign()).Name}{page}";

    static Func<FieldDay, Task<string>> At(string address) => _ => Task.FromResult(address);
}
