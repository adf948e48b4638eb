using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Technician.Web.Pictures;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>Each step has a drawing, which speaks to whoever cannot see it, and weighs little on an old phone.</summary>
public sealed class StepPictureTests
{
    /// <summary>Bytes of one drawing: ten of them would still leave a page far below its 100 kB.</summary>
    const int Most = 3000;

    public static TheoryData<string> Drawn => [.. StepPicture.Pictures.Keys];

    [Fact]
    public void Every_step_of_every_calibration_has_a_picture_and_so_have_oven_and_cores() =>
        Assert.Equal(Enum.GetValues<CertificateKind>().SelectMany(CalibrationPlan.Of).Select(step => step.Word).Append("oven").Append("cores").Order(StringComparer.Ordinal),
            StepPicture.Pictures.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Drawn))]
    public void A_picture_has_its_words_in_every_language(string step)
    {
        var words = new Languages().All.Select(language => language.Texts.GetValueOrDefault("picture." + step)).ToList();
        Assert.DoesNotContain(words, string.IsNullOrWhiteSpace);
        Assert.Equal(words.Count, words.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Drawn))]
    public void A_picture_is_small_and_drawn_in_the_pages_own_colours(string step)
    {
        var file = Path.Combine(Repository.Root, "gateway/Gateway/Technician/Web/Pictures", StepPicture.Pictures[step].Name + ".razor");
        var drawing = File.ReadAllText(file);
        Assert.InRange(drawing.Length, 100, Most);
        Assert.DoesNotMatch("style=|fill=|stroke=|#[0-9a-fA-F]{3}", drawing);
    }
}
