namespace FourPerMille.Sensor.Pictures.Wiring;

enum Language { English, French }

/// <summary>What is said, in each language of the hardware documents.</summary>
sealed record Words(string English, string French)
{
    public string In(Language language) => language == Language.French ? French : English;

    /// <summary>A part's name or a number: the same everywhere.</summary>
    public static implicit operator Words(string everywhere) => new(everywhere, everywhere);
}
