namespace FourPerMille.Sensor.Pictures.Wiring;

/// <summary>What a part is fed from: the regulator itself, or one of the switches behind it.</summary>
sealed record Rail(string Name, Words Meaning);

/// <summary>The colour that a lead usually has; <see cref="Css"/> is the core of the drawn wire.</summary>
sealed record Colour(Words Name, string Css)
{
    public static readonly Colour Red = new(new("red", "rouge"), "red");
    public static readonly Colour Black = new(new("black", "noir"), "black");
    public static readonly Colour Yellow = new(new("yellow", "jaune"), "yellow");
    public static readonly Colour Blue = new(new("blue", "bleu"), "blue");
    public static readonly Colour Green = new(new("green", "vert"), "green");
    public static readonly Colour White = new(new("white", "blanc"), "white");

    /// <summary>On the carrier board, where no cable runs.</summary>
    public static readonly Colour Trace = new("–", "trace");
}

/// <summary>Where a lead ends.</summary>
abstract record End;

/// <summary>Fed by a rail.</summary>
sealed record Fed(Rail Rail) : End;

/// <summary>Feeds a rail.</summary>
sealed record Feeds(Rail Rail) : End;

sealed record Ground : End;

/// <param name="Gpio">The pin; where two are joined, the first.</param>
/// <param name="Note">What kind of pin, where that matters.</param>
/// <param name="JoinedWith">The second of two joined pins.</param>
sealed record ToPin(int Gpio, string Note = "", int? JoinedWith = null) : End;

/// <summary>A part of a bus: the wire runs on from the part before it.</summary>
sealed record ToBus(int Gpio) : End;

/// <param name="Name">As it is printed on the part.</param>
sealed record Lead(Words Name, Colour Colour, End End);

/// <summary>What is connected at one place: a connector (J), a switch (S), or a part on the carrier.</summary>
sealed record Part(string Place, Words Name, IReadOnlyList<Lead> Leads);
