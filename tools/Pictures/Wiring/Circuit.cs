using FourPerMille.Sensor.Node;

namespace FourPerMille.Sensor.Pictures.Wiring;

/// <summary>
/// A node's wiring: every number is the firmware's (<see cref="BoardLayout"/>); connectors, colours and the order of a connector's pins are the
/// hardware documents'. Three-lead probes have the colours that makers of soil probes and of DS18B20 sleeves use, I²C carriers the order and colours
/// of the four-pin JST SH cable (Qwiic, STEMMA QT).
/// </summary>
/// <param name="Ground">Left of the module: what measures, from the shallowest probe down to the heads.</param>
/// <param name="Services">Right of the module: switches, cell, modem, bench.</param>
sealed record Circuit(IReadOnlyList<Part> Ground, IReadOnlyList<Part> Services, IReadOnlyList<Rail> Rails)
{
    /// <summary>ESP32 data sheet, table of IO MUX: the GPIO of each channel of ADC1.</summary>
    static readonly int[] GpioOfAdc1 = [36, 37, 38, 39, 32, 33, 34, 35];

    static readonly Words Supply = new("supply", "alimentation"), GroundLead = new("ground", "masse");

    public IEnumerable<Part> Parts => Ground.Concat(Services);

    public static Circuit Of(BoardLayout board)
    {
        var cell = new Rail("Bat", new("cell", "élément"));
        var regulator = new Rail("3.0 V", new("regulator, always on", "régulateur, toujours alimenté"));
        var probes = new Rail("S1", new($"on while GPIO {board.ProbePowerPin} is high", $"alimenté si GPIO {board.ProbePowerPin} est haut"));
        var spectral = new Rail("S2", new($"on while GPIO {board.SpectralPowerPin} is high", $"alimenté si GPIO {board.SpectralPowerPin} est haut"));
        var co2 = new Rail("S3", new($"on while GPIO {board.Co2PowerPin} is high", $"alimenté si GPIO {board.Co2PowerPin} est haut"));
        return new Circuit(
            [
                Moisture(board, probes, 0, new("soil moisture, shallowest", "humidité du sol, la plus haute")),
                Moisture(board, probes, 1, new("soil moisture, middle", "humidité du sol, médiane")),
                Moisture(board, probes, 2, new("soil moisture, deepest", "humidité du sol, la plus basse")),
                SoilTemperature(board, probes),
                OnI2c("J5", "BME280", new("air", "air"), probes, new ToPin(board.I2cDataPin), new ToPin(board.I2cClockPin), "0x76"),
                OnI2c("J6", "AS7265x", new("spectral head", "tête spectrale"), spectral, new ToBus(board.I2cDataPin), new ToBus(board.I2cClockPin), "0x49"),
                OnI2c("J7", "SCD41", new("CO2 head, 100 µF", "tête CO2, 100 µF"), co2, new ToBus(board.I2cDataPin), new ToBus(board.I2cClockPin), "0x62"),
            ],
            [
                Switch(regulator, probes, board.ProbePowerPin, new("switch of the probes", "interrupteur des sondes")),
                Switch(regulator, spectral, board.SpectralPowerPin, new("switch of the spectral head", "interrupteur de la tête spectrale")),
                Switch(regulator, co2, board.Co2PowerPin, new("switch of the CO2 head", "interrupteur de la tête CO2")),
                Regulator(board, cell, regulator),
                Cell(cell),
                Modem(board, regulator),
                Button(board),
                Light(board),
            ],
            [cell, regulator, probes, spectral, co2]);
    }

    static Part Moisture(BoardLayout board, Rail probes, int depth, Words name)
    {
        var channel = board.MoistureAdcChannels[depth];
        return new($"J{depth + 1}", name,
        [
            new(Supply, Colour.Red, new Fed(probes)),
            new(GroundLead, Colour.Black, new Ground()),
            new(new("analogue out", "sortie analogique"), Colour.Yellow, new ToPin(GpioOfAdc1[channel], $"ADC1 ch {channel}")),
        ]);
    }

    static Part SoilTemperature(BoardLayout board, Rail probes) => new("J4", new("3 × DS18B20, soil temperature", "3 × DS18B20, température du sol"),
    [
        new(Supply, Colour.Red, new Fed(probes)),
        new(GroundLead, Colour.Black, new Ground()),
        new(new("data", "données"), Colour.Yellow, new ToPin(board.OneWireReceivePin, "COM3", board.OneWireTransmitPin)),
    ]);

    static Part OnI2c(string place, string part, Words name, Rail rail, End data, End clock, string address) =>
        new(place, new($"{part}, {name.English} ({address})", $"{part}, {name.French} ({address})"),
        [
            new(GroundLead, Colour.Black, new Ground()),
            new(Supply, Colour.Red, new Fed(rail)),
            new("SDA", Colour.Blue, data),
            new("SCL", Colour.Yellow, clock),
        ]);

    static Part Switch(Rail from, Rail to, int gpio, Words name) => new(to.Name, name,
    [
        new(new("gate, high = on", "commande, haut = marche"), Colour.Trace, new ToPin(gpio)),
        new(new("in", "entrée"), Colour.Trace, new Fed(from)),
        new(new("out", "sortie"), Colour.Trace, new Feeds(to)),
    ]);

    static Part Regulator(BoardLayout board, Rail cell, Rail regulator) => new("U1", new("regulator 3.0 V and divider", "régulateur 3,0 V et diviseur"),
    [
        new(new("half the cell's voltage (*)", "moitié de la tension (*)"), Colour.Trace, new ToPin(GpioOfAdc1[board.BatteryAdcChannel], $"ADC1 ch {board.BatteryAdcChannel}")),
        new(new("in", "entrée"), Colour.Trace, new Fed(cell)),
        new(new("out", "sortie"), Colour.Trace, new Feeds(regulator)),
    ]);

    static Part Cell(Rail cell) => new("J8", new("cell, with its charger", "élément, avec son chargeur"),
    [
        new("+", Colour.Red, new Feeds(cell)),
        new("−", Colour.Black, new Ground()),
    ]);

    static Part Modem(BoardLayout board, Rail regulator) => new("J9", new("LoRaWAN modem", "modem LoRaWAN"),
    [
        new("TX", Colour.Green, new ToPin(board.ModemReceivePin, "COM2 RX")),
        new("RX", Colour.White, new ToPin(board.ModemTransmitPin, "COM2 TX")),
        new(Supply, Colour.Red, new Fed(regulator)),
        new(GroundLead, Colour.Black, new Ground()),
    ]);

    static Part Button(BoardLayout board) => new("B1", new("bench button", "bouton d'étalonnage"),
    [
        new(new("pressed = low", "appuyé = bas"), Colour.Trace, new ToPin(board.BenchButtonPin)),
        new(GroundLead, Colour.Trace, new Ground()),
    ]);

    static Part Light(BoardLayout board) => new("D1", new("bench light (LED)", "voyant d'étalonnage (LED)"),
    [
        new(new("anode, through 1 kΩ", "anode, par 1 kΩ"), Colour.Trace, new ToPin(board.BenchLightPin)),
        new(GroundLead, Colour.Trace, new Ground()),
    ]);
}
