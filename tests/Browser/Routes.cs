using System.Reflection;
using FourPerMille.Sensor.Gateway.Technician.Web;
using Microsoft.AspNetCore.Components;

namespace FourPerMille.Sensor.Browser;

/// <summary>Every page of the console, from its own list of routes, and where each is to be seen in the two regions.</summary>
static class Routes
{
    /// <summary>The templates of all routed components.</summary>
    public static IEnumerable<string> All => typeof(App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template).Order(StringComparer.Ordinal);

    /// <summary>An address for each template.</summary>
    public static readonly IReadOnlyDictionary<string, Func<TwoRegions, Task<string>>> Addresses = new Dictionary<string, Func<TwoRegions, Task<string>>>
    {
        ["/"] = At("/"),
        ["/account"] = At("/account"),
        ["/accounts"] = At("/accounts"),
        ["/alarms"] = At("/alarms"),
        ["/calibrations"] = At("/calibrations"),
        ["/calibrations/{Id:long}"] = async place => "/calibrations/" + (await place.Calibration()).Id,
        ["/calibrations/models"] = At("/calibrations/models"),
        ["/calibrations/models/{Name}"] = InCampaign(""),
        ["/calibrations/models/{Name}/candidates/{Id:long}"] = async place => $"/calibrations/models/terroir/candidates/{(await place.Candidate()).Id}",
        ["/calibrations/models/{Name}/cores"] = InCampaign("/cores"),
        ["/calibrations/models/{Name}/labels"] = InCampaign("/labels"),
        ["/calibrations/models/{Name}/laboratory"] = InCampaign("/laboratory"),
        ["/calibrations/models/{Name}/sheet"] = InCampaign("/sheet"),
        ["/certificates/{Id}"] = async place => "/certificates/" + (await place.Certificate()).Id,
        ["/nodes/{Id}"] = At("/nodes/" + TwoRegions.French),
        ["/nodes/add"] = At("/nodes/add"),
        ["/nodes/{Id}/handover"] = At($"/nodes/{TwoRegions.SilentNode}/handover"),
        ["/nodes/{Id}/label"] = At($"/nodes/{TwoRegions.SilentNode}/label"),
        ["/not-allowed"] = At("/not-allowed"),
        ["/not-found"] = At("/not-found"),
        ["/outbox"] = At("/outbox"),
        ["/parcels/{Name}"] = At("/parcels/north-slope"),
        ["/records"] = At("/records"),
        ["/records/{Id}"] = async place => "/records/" + (await place.Certificate()).RecordId,
        ["/setup"] = At("/setup"),
        ["/sign-in"] = At("/sign-in"),
        ["/twins"] = At("/twins"),
        ["/twins/{Twin}"] = At("/twins/" + TwoRegions.Twin),
    };

    static Func<TwoRegions, Task<string>> InCampaign(string page) => async place => $"/calibrations/models/{(await place.Campaign()).Name}{page}";

    static Func<TwoRegions, Task<string>> At(string address) => _ => Task.FromResult(address);
}
