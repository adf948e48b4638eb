using FourPerMille.Sensor.Sim.Pilot.Page;

namespace FourPerMille.Sensor.Pictures.Wiring;

/// <summary>
/// The circuit as a plan for whoever solders: parts left and right, the module between them, each signal a straight wire at its own height. A wire has a
/// black casing round its colour and says the colour in words, so that it reads on a black and white print.
/// </summary>
sealed class WiringPicture
{
    const double Width = 1200, Top = 84, Row = 20, Head = 27, Foot = 6, Gap = 11;
    const double LeftBox = 24, BoxWidth = 292, RightBox = Width - LeftBox - BoxWidth;
    const double Module = 492, ModuleWidth = 216;
    const double DataBus = 418, ClockBus = 446, PullUp = 408, PillWidth = 42;

    const string Style = "<style>text{font:12.5px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#16130f}.title{font-size:20px;font-weight:650}.part{font-weight:650}.place,.gpio{font-weight:700}"
        + ".small{font-size:11px;fill:#3d3730}.rail{font-size:11.5px;font-weight:700}.paper{fill:#fff}.box{fill:#faf8f3;stroke:#16130f;stroke-width:1.3}.module{fill:#f1eee6;stroke:#16130f;stroke-width:2}"
        + ".shield{fill:#fff;stroke:#16130f}.pill{fill:#fff;stroke:#16130f;stroke-width:1.3}.casing{stroke:#16130f;stroke-width:4.4;stroke-linecap:round}.ink{stroke:#16130f;stroke-width:1.5;fill:none}.pin{fill:#16130f}"
        + ".core{stroke-width:2.2}.red{stroke:#e2231a}.black{stroke:#16130f}.yellow{stroke:#ffd23f}.blue{stroke:#4a9bdc}.green{stroke:#4fae5b}.white{stroke:#fff}.trace{stroke:#b9b1a4}</style>";

    readonly Circuit circuit;
    readonly Language language;
    readonly Svg svg;
    readonly double height;

    /// <summary>Where each bus began, by GPIO: the height of its wire to the module, and so far its lowest tap.</summary>
    readonly Dictionary<int, (double First, double Last)> buses = [];

    WiringPicture(Circuit circuit, Language language)
    {
        (this.circuit, this.language) = (circuit, language);
        height = Top + Math.Max(HeightOf(circuit.Ground) + 44, HeightOf(circuit.Services)) + 84;
        svg = new Svg("wiring", Width, height, Say(new("Wiring of a node", "Câblage d'un nœud")), Described());
    }

    public static string Draw(Circuit circuit, Language language) => new WiringPicture(circuit, language).Drawn();

    string Drawn()
    {
        svg.Raw(Style).Rect(0, 0, Width, height, "paper");
        svg.Text(LeftBox, 40, Say(new("Wiring of a node", "Câblage d'un nœud")), "title");
        svg.Text(LeftBox, 61, Say(new("Drawn from the pin table of the firmware (firmware/Device/Board.cs). ● wires joined; wires that cross without it are not.",
            "Tracé d'après la table des broches du micrologiciel (firmware/Device/Board.cs). ● fils reliés ; sans point, ils se croisent seulement.")), "small");
        TheModule();
        Column(circuit.Ground, isLeft: true);
        Buses();
        Column(circuit.Services, isLeft: false);
        Legend();
        return svg.ToFile();
    }

    void TheModule()
    {
        var bottom = Top + Math.Max(HeightOf(circuit.Ground), HeightOf(circuit.Services));
        svg.Rect(Module, Top - 10, ModuleWidth, bottom - Top + 20, "module", "rx=\"6\" ");
        svg.Rect(Module + 16, bottom - 190, 104, 140, "shield", "rx=\"3\" ").Text(Module + 68, bottom - 124, "ESP32-", "part", "middle").Text(Module + 68, bottom - 106, "WROVER-E", "part", "middle");
        PinLabel("3V3", "", Module, Top + 8, 1);
        PinLabel("GND", "", Module, Top + 30, 1);
        svg.Line(Module, Top + 8, Module - 20, Top + 8, "ink").Line(Module, Top + 30, Module - 26, Top + 30, "ink");
        Pill(Module - 20, Top + 8, circuit.Rails[1], -1);
        GroundSign(Module - 26, Top + 30, -1);
    }

    void Column(IReadOnlyList<Part> parts, bool isLeft)
    {
        var y = Top;
        foreach (var part in parts)
        {
            Draw(part, y, isLeft);
            y += HeightOf(part) + Gap;
        }
    }

    void Draw(Part part, double y, bool isLeft)
    {
        var x = isLeft ? LeftBox : RightBox;
        svg.Rect(x, y, BoxWidth, HeightOf(part), "box", "rx=\"4\" ").Text(x + 10, y + 18, part.Place, "place").Text(x + 38, y + 18, Say(part.Name), "part");
        for (var i = 0; i < part.Leads.Count; i++) Draw(part, part.Leads[i], i + 1, y + Head + Row * i + Row / 2, isLeft);
    }

    /// <summary>A lead's row in its box, number and colour next to the edge it leaves by, and the wire to where it ends.</summary>
    void Draw(Part part, Lead lead, int number, double y, bool isLeft)
    {
        var (edge, out1) = isLeft ? (LeftBox + BoxWidth, 1) : (RightBox, -1);
        var anchor = isLeft ? "end" : "start";
        if (part.Place[0] == 'J') svg.Text(edge - 14 * out1, y + 4, number.ToString(), "place", anchor);
        svg.Text(edge - 34 * out1, y + 4, Say(lead.Colour.Name), "label", anchor).Text(edge - 100 * out1, y + 4, Say(lead.Name), "label", anchor);
        svg.Circle(edge, y, 3.4, "pin");
        switch (lead.End)
        {
            case Fed or Feeds:
                Wire(edge, y, edge + 26 * out1, y, lead.Colour);
                Pill(edge + 26 * out1, y, (lead.End as Fed)?.Rail ?? ((Feeds)lead.End).Rail, out1);
                break;
            case Ground:
                Wire(edge, y, edge + 32 * out1, y, lead.Colour);
                GroundSign(edge + 32 * out1, y, out1);
                break;
            case ToPin to:
                Wire(edge, y, isLeft ? Module : Module + ModuleWidth, y, lead.Colour);
                ModulePin(to, y, isLeft);
                if (lead.Name.English is "SDA" or "SCL") buses[to.Gpio] = (y, y);
                break;
            case ToBus to:
                Wire(edge, y, BusOf(to.Gpio), y, lead.Colour);
                svg.Circle(BusOf(to.Gpio), y, 4.2, "pin");
                buses[to.Gpio] = buses[to.Gpio] with { Last = y };
                break;
        }
    }

    void ModulePin(ToPin to, double y, bool isLeft)
    {
        var (edge, inward) = isLeft ? (Module, 1) : (Module + ModuleWidth, -1);
        PinLabel($"GPIO {to.Gpio}", to.Note, edge, y, inward);
        if (to.JoinedWith is not { } second) return;
        // The one-wire bus: a second pin on the same wire, and the resistor that lifts it.
        var join = edge - 24 * inward;
        svg.Circle(join, y, 4.2, "pin").Line(join, y, join, y - Row, "ink").Line(join, y - Row, edge, y - Row, "ink");
        PinLabel($"GPIO {second}", to.Note, edge, y - Row, inward);
        Resistor(PullUp, y, y - 2 * Row + 1);
        svg.Text(PullUp + 12, y - 15, "4.7 kΩ", "small");
        Pill(PullUp - PillWidth / 2, y - 2 * Row - 7, Probes, 1);
    }

    void PinLabel(string name, string note, double edge, double y, double inward)
    {
        var anchor = inward > 0 ? "start" : "end";
        svg.Circle(edge, y, 3.4, "pin").Text(edge + 9 * inward, y + 4, name, "gpio", anchor);
        if (note.Length > 0) svg.Text(edge + 68 * inward, y + 4, note, "small", anchor);
    }

    /// <summary>From the wire that goes to the module down past every tap, to the pull-ups at the end.</summary>
    void Buses()
    {
        var end = buses.Values.Max(bus => bus.Last) + 46;
        foreach (var (gpio, (first, last)) in buses)
        {
            svg.Circle(BusOf(gpio), first, 4.2, "pin").Line(BusOf(gpio), first, BusOf(gpio), last, "ink");
            Resistor(BusOf(gpio), last, end);
        }
        svg.Line(DataBus, end, ClockBus, end, "ink").Text(DataBus - 12, end - 14, "2 × 4.7 kΩ (**)", "small", "end");
        Pill((DataBus + ClockBus) / 2 - PillWidth / 2, end + 8, Probes, 1);
    }

    /// <summary>Upright, from a joint on a wire to where it ends.</summary>
    void Resistor(double x, double wire, double end)
    {
        var down = end > wire ? 1 : -1;
        var middle = end - 18 * down;
        svg.Circle(x, wire, 4.2, "pin").Line(x, wire, x, middle - 11 * down, "ink").Rect(x - 5, middle - 11, 10, 22, "pill").Line(x, middle + 11 * down, x, end, "ink");
    }

    /// <summary>What lifts the buses: the sensors behind it are the only ones on them that are always fed together.</summary>
    Rail Probes => circuit.Rails[2];

    double BusOf(int gpio) => gpio == buses.Keys.Min() ? DataBus : ClockBus;

    void Wire(double x1, double y1, double x2, double y2, Colour colour)
    {
        if (colour == Colour.Trace) svg.Line(x1, y1, x2, y2, "ink");
        else svg.Line(x1, y1, x2, y2, "casing").Line(x1, y1, x2, y2, "core " + colour.Css);
    }

    void Pill(double x, double y, Rail rail, int outward)
    {
        svg.Rect(outward > 0 ? x : x - PillWidth, y - 8, PillWidth, 16, "pill", "rx=\"8\" ").Text(x + outward * PillWidth / 2, y + 4, rail.Name, "rail", "middle");
    }

    void GroundSign(double x, double y, int outward)
    {
        for (var bar = 0; bar < 3; bar++) svg.Line(x + 4 * bar * outward, y - 7 + 2.4 * bar, x + 4 * bar * outward, y + 7 - 2.4 * bar, "ink");
    }

    void Legend()
    {
        var (x, y) = (LeftBox, height - 50);
        foreach (var rail in circuit.Rails)
        {
            Pill(x, y - 4, rail, 1);
            svg.Text(x + PillWidth + 6, y, Say(rail.Meaning), "small");
            x += 62 + 5.4 * Say(rail.Meaning).Length;
        }
        GroundSign(x + 8, y - 4, 1);
        svg.Text(x + 24, y, Say(new("ground, one for all", "masse commune")), "small");
        svg.Text(LeftBox, height - 30, Say(new(
            "(*) middle of 2 × 1 MΩ across the cell, 100 nF over the lower one.   (**) only where no carrier brings pull-ups.   Colours are the usual ones: go by the name printed on your part.",
            "(*) milieu de 2 × 1 MΩ aux bornes de l'élément, 100 nF sur celle du bas.   (**) si aucun module n'en porte.   Les couleurs sont usuelles : seul compte le nom imprimé sur la pièce.")), "small");
        svg.Text(LeftBox, height - 13, Say(new(
            "J connector, its leads numbered · S load switch · all grounds joined at the regulator · the modem's antenna is fitted before it is powered.",
            "J connecteur, fils numérotés · S interrupteur de charge · toutes les masses réunies au régulateur · antenne montée avant d'alimenter le modem.")), "small");
    }

    string Described() => string.Join(" ", circuit.Parts.Select(part => $"{part.Place} {Say(part.Name)}: "
        + string.Join(", ", part.Leads.Select(lead => $"{Say(lead.Name)} {Where(lead.End)}")) + "."));

    string Where(End end) => end switch
    {
        Fed { Rail: var rail } => "← " + rail.Name,
        Feeds { Rail: var rail } => "→ " + rail.Name,
        ToPin { JoinedWith: { } second } to => $"GPIO {to.Gpio} + {second}",
        ToPin to => $"GPIO {to.Gpio}",
        ToBus to => $"GPIO {to.Gpio}",
        _ => Say(new("joined", "commune")),
    };

    static double HeightOf(Part part) => Head + Row * part.Leads.Count + Foot;

    static double HeightOf(IReadOnlyList<Part> parts) => parts.Sum(HeightOf) + Gap * (parts.Count - 1);

    string Say(Words words) => words.In(language);
}
