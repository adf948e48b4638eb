using System.Globalization;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>hardware-docs/power.md: every figure comes from the study; the sentences say what it rests on.</summary>
static class PowerPage
{
    public static string Write(PowerStudy study)
    {
        var (reference, day, assume) = (study.Reference, study.ReferenceDay, study.Assumptions);
        var tables = new PowerTables(study, PageLanguage.English);
        var holds = reference.AverageMicroamperes <= PowerStudy.TargetMicroamperes;
        FormattableString page = $"""
            # Power: what a node draws, and how long its cells last

            Written by a command, and compared with it by a test; change the model, not this page:

            ```sh
            dotnet run --project sim/Sim -- energy --out hardware-docs
            ```

            **Hourly readings by LoRa SF9, bands once a day: {reference.AverageMicroamperes:F0} µA on average** (target: below {PowerStudy.TargetMicroamperes:F0} µA, {(holds ? "kept" : "missed")}),
            {reference.ChargePerReading:F0} mA·s from one reading to the next. {reference.FloorMicroamperes:F0} µA of it, {100 * reference.FloorMicroamperes / reference.AverageMicroamperes:F0} %, are the floor: sleep, the start of the runtime, and the
            radio itself; no better firmware saves them.

            ![Average current by way of sending](power.svg)

            ## What it rests on

            - **Durations** are the firmware's own, run for a day on the virtual board with every probe fitted: {day.Readings} readings, {day.AwakeSeconds:F1} s awake, probes fed for
              {day.ProbesSeconds:F1} s, the head for {day.HeadSeconds:F1} s, {day.UplinkBytes.Count} uplinks of {day.UplinkBytes.Min()} to {day.UplinkBytes.Max()} bytes (the daily request for the time among them). Time on air is Semtech's formula.
            - **Not measured**: the board does not model the interpreter. Assumed are {assume.StartSeconds:F1} s from the timer's edge to Main, {assume.InterpretSeconds:F1} s of interpreting a reading and {assume.InterpretSessionSeconds:F1} s
              a session. The target holds as long as a reading's interpreting stays below **{reference.InterpreterMayTake(PowerStudy.TargetMicroamperes, assume):F1} s**. Measure it on your board first: a shunt of 1 Ω and an oscilloscope.
            - **Answers**: {100 * assume.SilentShare:F0} % of the uplinks are taken to stay unanswered, after which the node listens for {Budget.SilentSeconds:F0} s. The target holds up to
              {100 * study.SilentShareAtTarget:F0} %; beyond, mend the radio path.
            - **Currents** are those of the table at the end, of the reference parts. A development board with a USB bridge and a power lamp draws
              milliamperes asleep and lasts for days: measure the sleep current of yours.

            ## A day of the reference node

            | use | mA | s a day | mA·s a day | average µA | floor |
            |---|---:|---:|---:|---:|---|
            {tables.Day()}

            ## Other ways to run it

            Hourly with bands once a day unless said otherwise.

            | way | readings a day | mA·s a reading | average µA | floor µA | below the target |
            |---|---:|---:|---:|---:|---|
            {tables.Ways()}

            The dearest line after the floor is the processor's own work, then its waiting while the radio works: so set a network server's first window to 1 s
            (The Things Stack's default is 5 s). Collecting readings and sending them together does not help
            over LoRaWAN, where each frame is an uplink of its own; over Wi-Fi it does, because the association is what costs. At SF11 and SF12 read every two hours,
            or move the antenna.

            ## Years on a cell, without sun

            The reference node ({reference.AverageMicroamperes:F0} µA); and the same at SF12 ({study.SpreadingFactors[^1].AverageMicroamperes:F0} µA). Capacity at the coldest month, self-discharge at the year's mean (doubling every
            10 °C), never longer than the shelf.

            | cell | label | Beauce | Borgou | Beauce, SF12 | what the figures come from |
            |---|---:|---:|---:|---:|---|
            {tables.Cells()}

            A rechargeable cell loses as much to itself as to the node: that is why it has a panel. Below 0 °C a lithium-ion cell must not be charged.

            ## With the {Sun.PanelWatts:F0} W panel

            In the darkest month; dust, leaves, tilt, heat and charger leave {100 * Sun.YieldShare:F0} % of what the panel's label promises. Radiation on the level is an order of
            magnitude from satellite climatologies, in Germany the weather service's normals of 1981 to 2010 (11 to 15 kWh/m² in the whole of December in the north); look your own place up (PVGIS has
            Europe and Africa). So large a margin is meant for shade, theft of half the panel, and a node that has to listen in vain.

            | place | darkest month | kWh/m² a day | panel gives Wh a day | node needs Wh a day | covered | days without any sun (LiFePO4) |
            |---|---|---:|---:|---:|---:|---:|
            {tables.Panel()}

            ## How large cell and panel must be

            The smallest panel that feeds the node {Sun.Reserve:F0} times over in the darkest month of each place, and the smallest LiFePO4 cell that bears {Sun.DarkDays} days without any sun in a northern German winter (snow, a nest, until somebody comes).

            | way | average µA | needs Wh a day | panel, northern Germany, W | panel, Beauce, W | panel, Borgou, W | cell, Ah |
            |---|---:|---:|---:|---:|---:|---:|
            {tables.Sizes()}

            Take the next size you can buy: below 1 W most chargers do not start in dull light, and cells below 1.5 Ah do not give the radio its peaks in the cold. That is how the parts list comes to 2 W and 3.3 Ah.
            The last row is why the sleep current is measured first. Tilt the panel by the latitude plus 10°; where it snows by 60°. In the rainy season of Borgou dirt is washed off; in the harmattan wipe it each month.

            ## The table of currents

            | part | state | mA | source |
            |---|---|---:|---|
            {tables.Currents()}

            """;
        return page.ToString(CultureInfo.InvariantCulture);
    }
}
