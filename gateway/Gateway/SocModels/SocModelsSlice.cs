using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;

namespace FourPerMille.Sensor.Gateway.SocModels;

/// <summary>The way from cores to a model of soil carbon, composed.</summary>
static class SocModelsSlice
{
    public static IServiceCollection AddSocModels(this IServiceCollection services) => services.AddSingleton<ModelCampaigns>().AddSingleton<CoreBook>().AddSingleton<LaboratoryBook>().AddSingleton<CandidateBook>();
}
