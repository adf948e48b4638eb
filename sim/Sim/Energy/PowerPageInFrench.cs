using System.Globalization;

namespace FourPerMille.Sensor.Sim.Energy;

/// <summary>hardware-docs/fr/power.md: the same study in French.</summary>
static class PowerPageInFrench
{
    public static PageLanguage Language { get; } = new(Commas(), new Dictionary<string, string>
    {
        ["yes"] = "oui", ["no"] = "non", ["sum"] = "somme", ["years"] = "ans", ["times"] = "fois",
        ["sleep"] = "sommeil", ["start"] = "démarrage", ["radio"] = "radio", ["waiting for the answer"] = "attente de la réponse", ["interpreter"] = "interpréteur", ["measuring"] = "mesure",
        ["start of the runtime"] = "démarrage du runtime", ["interpreting a reading"] = "interpréter une mesure", ["processor waits for probes"] = "le processeur attend les sondes",
        ["probes"] = "sondes", ["spectral head"] = "tête spectrale", ["CO2 head"] = "tête CO2", ["interpreting a session"] = "interpréter une session", ["modem commands"] = "commandes du modem",
        ["sending"] = "émettre", ["receiving"] = "recevoir", ["processor waits for the answer"] = "le processeur attend la réponse", ["processor waits in vain"] = "le processeur attend en vain",
        ["Average current of a node by way of sending"] = "Courant moyen d'un nœud selon la façon d'envoyer", ["Hourly readings, bands daily."] = "Une mesure par heure, bandes chaque jour.",
        ["microamperes"] = "microampères", ["The target is"] = "L'objectif est", ["average current at the cell, µA; dashed: the target"] = "courant moyen à la cellule, µA ; tireté : l'objectif",
        ["LoRa SF7"] = "LoRa SF7", ["LoRa SF8"] = "LoRa SF8", ["LoRa SF9"] = "LoRa SF9", ["LoRa SF10"] = "LoRa SF10", ["LoRa SF11"] = "LoRa SF11", ["LoRa SF12"] = "LoRa SF12",
        ["SF9, no bands"] = "SF9, sans bandes", ["SF9, bands every 6 h"] = "SF9, bandes toutes les 6 h", ["SF9, bands every hour"] = "SF9, bandes chaque heure",
        ["SF9, bands daily, CO2 every 6 h"] = "SF9, bandes chaque jour, CO2 toutes les 6 h", ["SF9, every 15 minutes"] = "SF9, toutes les 15 minutes", ["SF9, every 6 hours"] = "SF9, toutes les 6 heures",
        ["SF9, low battery (every 2 hours)"] = "SF9, batterie faible (toutes les 2 heures)", ["SF9, first window after 5 s"] = "SF9, première fenêtre après 5 s", ["SF9, every answer missed"] = "SF9, toute réponse manquée",
        ["Wi-Fi, hourly"] = "Wi-Fi, chaque heure", ["Wi-Fi, every 6th reading"] = "Wi-Fi, toutes les 6 mesures", ["Wi-Fi, once a day"] = "Wi-Fi, une fois par jour",
        ["a board whose lamp and USB bridge draw 5 mA"] = "une carte dont la lampe et le pont USB tirent 5 mA",
        ["LiFePO4, one 26650"] = "LiFePO4, une 26650", ["Li-ion, two 18650 in parallel"] = "Li-ion, deux 18650 en parallèle", ["Li-SOCl2, one D"] = "Li-SOCl2, une D",
        ["labels of 3.2 to 3.4 Ah; self-discharge 2 to 3 % a month"] = "étiquettes de 3,2 à 3,4 Ah ; autodécharge 2 à 3 % par mois",
        ["labels of 3.0 Ah each, used down to 3.3 V; set the battery thresholds"] = "étiquettes de 3,0 Ah chacune, employées jusqu'à 3,3 V ; réglez les seuils de batterie",
        ["Saft LS 33600 data sheet: 17 Ah at 5 mA and 20 °C, under 1 % a year in storage; pulses and cold cost the rest. Needs a pulse capacitor, and never feeds Wi-Fi"] =
            "fiche Saft LS 33600 : 17 Ah sous 5 mA à 20 °C, moins de 1 % par an en stock ; les pointes et le froid coûtent le reste. Veut un condensateur de pointe, et ne nourrit jamais le Wi-Fi",
        ["Northern Germany"] = "Allemagne du Nord", ["Beauce"] = "Beauce", ["Borgou"] = "Borgou", ["December"] = "décembre", ["August"] = "août",
        ["ESP32, 240 MHz"] = "ESP32, 240 MHz", ["ESP32"] = "ESP32", ["WROVER-E module"] = "module WROVER-E", ["RT9080-30 regulator"] = "régulateur RT9080-30",
        ["battery divider, 2 × 1 MΩ"] = "diviseur de la batterie, 2 × 1 MΩ", ["three load switches"] = "trois interrupteurs", ["RAK3172"] = "RAK3172",
        ["three moisture probes, three DS18B20, BME280"] = "trois sondes d'humidité, trois DS18B20, BME280", ["AS7265x head"] = "tête AS7265x", ["SCD41"] = "SCD41",
        ["interpreting, radio off"] = "interprète, radio coupée", ["waiting in Thread.Sleep"] = "attend dans Thread.Sleep", ["deep sleep, timer"] = "sommeil profond, minuterie",
        ["flash and PSRAM in deep sleep"] = "flash et PSRAM en sommeil profond", ["always"] = "toujours", ["open"] = "ouverts", ["asleep"] = "endormi", ["sending, 868 MHz"] = "émet, 868 MHz",
        ["awake or receiving"] = "éveillé ou recevant", ["fed"] = "alimentés", ["fed, lamps a sixth of the time"] = "alimentée, lampes un sixième du temps", ["single shots"] = "mesures uniques", ["Wi-Fi associated"] = "Wi-Fi associé",
        ["ESP32 data sheet, \"Power Consumption by Power Modes\": modem-sleep at 240 MHz 30 to 68 mA; the middle, one of two cores being busy. To be measured"] =
            "fiche ESP32, « Power Consumption by Power Modes » : modem-sleep à 240 MHz 30 à 68 mA ; le milieu, un cœur sur deux étant occupé. À mesurer",
        ["the same line, its lower end: both cores idle. To be measured"] = "la même ligne, son bas : les deux cœurs au repos. À mesurer",
        ["ESP32 data sheet, same table: deep-sleep, RTC timer and RTC memory 10 µA"] = "fiche ESP32, même table : deep-sleep, minuterie et mémoire RTC 10 µA",
        ["to be measured; their supply is off in deep sleep, so this is an allowance"] = "à mesurer ; leur alimentation est coupée en sommeil profond, c'est donc une provision",
        ["Richtek RT9080 data sheet, electrical characteristics: quiescent current 2 µA typical"] = "fiche Richtek RT9080, caractéristiques électriques : courant de repos 2 µA typique",
        ["3.3 V over 2 MΩ"] = "3,3 V sur 2 MΩ",
        ["0.5 µA each, an allowance for leakage. To be measured"] = "0,5 µA chacun, provision pour les fuites. À mesurer",
        ["RAK3172 data sheet, \"Sleep Current\": 1.69 µA"] = "fiche RAK3172, « Sleep Current » : 1,69 µA",
        ["RAK3172 data sheet, transmit mode at 20 dBm; 14 dBm draws less. To be measured"] = "fiche RAK3172, émission à 20 dBm ; 14 dBm tire moins. À mesurer",
        ["RUI3 firmware: 8.4 mA was measured in a user's report (RAK forum 7754); the data sheet says 5.22 mA"] = "micrologiciel RUI3 : 8,4 mA mesurés dans le compte rendu d'un utilisateur (forum RAK 7754) ; la fiche dit 5,22 mA",
        ["3 × 5 mA (usual capacitive boards; to be measured) + 3 × 1.5 mA (DS18B20 data sheet, active current, maximum); BME280 below 1 mA"] =
            "3 × 5 mA (cartes capacitives usuelles ; à mesurer) + 3 × 1,5 mA (fiche DS18B20, courant actif, maximum) ; BME280 moins de 1 mA",
        ["ams AS7265x data sheet: 3 × 5 mA active, and three lamps of 12.5 mA for some 0.36 s of 2.1 s"] = "fiche ams AS7265x : 3 × 5 mA actif, et trois lampes de 12,5 mA pendant quelque 0,36 s sur 2,1 s",
        ["Sensirion SCD4x data sheet, table of supply currents: average while measuring; peaks of 205 mA. To be measured"] = "fiche Sensirion SCD4x, table des courants : moyenne pendant la mesure ; pointes de 205 mA. À mesurer",
        ["ESP32 data sheet, \"RF Power-Consumption Specifications\": receiving 95 to 100 mA, sending 240 mA for some 15 % of the time"] =
            "fiche ESP32, « RF Power-Consumption Specifications » : réception 95 à 100 mA, émission 240 mA quelque 15 % du temps",
    });

    public static string Write(PowerStudy study)
    {
        var (reference, day, assume) = (study.Reference, study.ReferenceDay, study.Assumptions);
        var tables = new PowerTables(study, Language);
        var holds = reference.AverageMicroamperes <= PowerStudy.TargetMicroamperes;
        FormattableString page = $"""
            # Énergie : ce que consomme un nœud, et combien durent ses cellules

            Écrit par une commande, et comparé avec elle par un test ; changez le modèle, pas cette page :

            ```sh
            dotnet run --project sim/Sim -- energy --out hardware-docs
            ```

            **Une mesure par heure par LoRa SF9, bandes une fois par jour : {reference.AverageMicroamperes:F0} µA en moyenne** (objectif : moins de {PowerStudy.TargetMicroamperes:F0} µA, {(holds ? "tenu" : "manqué")}),
            {reference.ChargePerReading:F0} mA·s d'une mesure à la suivante. {reference.FloorMicroamperes:F0} µA, soit {100 * reference.FloorMicroamperes / reference.AverageMicroamperes:F0} %, en sont le plancher : le sommeil, le démarrage du runtime et la
            radio elle-même ; nul meilleur micrologiciel ne les épargne.

            ![Courant moyen selon la façon d'envoyer](../power.fr.svg)

            ## Ce sur quoi cela repose

            - **Les durées** sont celles du micrologiciel même, un jour durant sur la carte virtuelle avec toutes les sondes : {day.Readings} mesures, {day.AwakeSeconds:F1} s d'éveil, sondes alimentées
              {day.ProbesSeconds:F1} s, la tête {day.HeadSeconds:F1} s, {day.UplinkBytes.Count} montées de {day.UplinkBytes.Min()} à {day.UplinkBytes.Max()} octets (dont la demande d'heure du jour). Le temps d'émission est la formule de Semtech.
            - **Non mesuré** : la carte ne modélise pas l'interpréteur. On suppose {assume.StartSeconds:F1} s du front de la minuterie à Main, {assume.InterpretSeconds:F1} s pour interpréter une mesure et {assume.InterpretSessionSeconds:F1} s
              une session. L'objectif tient tant que l'interprétation d'une mesure reste sous **{reference.InterpreterMayTake(PowerStudy.TargetMicroamperes, assume):F1} s**. Mesurez-la d'abord sur votre carte : un shunt de 1 Ω et un oscilloscope.
            - **Les réponses** : {100 * assume.SilentShare:F0} % des montées sont supposées sans réponse, après quoi le nœud écoute {Budget.SilentSeconds:F0} s. L'objectif tient jusqu'à
              {100 * study.SilentShareAtTarget:F0} % ; au-delà, réparez le trajet radio.
            - **Les courants** sont ceux de la table finale, des pièces de référence. Une carte de développement à pont USB et lampe tire
              des milliampères endormie et dure des jours : mesurez le courant de sommeil de la vôtre.

            ## Un jour du nœud de référence

            | usage | mA | s par jour | mA·s par jour | µA en moyenne | plancher |
            |---|---:|---:|---:|---:|---|
            {tables.Day()}

            ## D'autres façons de l'employer

            Chaque heure avec bandes une fois par jour, sauf mention.

            | façon | mesures par jour | mA·s par mesure | µA en moyenne | plancher µA | sous l'objectif |
            |---|---:|---:|---:|---:|---|
            {tables.Ways()}

            La ligne la plus chère après le plancher est le travail du processeur, puis son attente pendant que la radio travaille : réglez donc la première fenêtre du serveur de réseau à 1 s
            (par défaut 5 s chez The Things Stack). Rassembler des mesures pour les envoyer ensemble n'aide pas
            en LoRaWAN, où chaque trame est une montée à elle seule ; en Wi-Fi si, car c'est l'association qui coûte. À SF11 et SF12, mesurez toutes les deux heures,
            ou déplacez l'antenne.

            ## Années sur une cellule, sans soleil

            Le nœud de référence ({reference.AverageMicroamperes:F0} µA) ; et le même à SF12 ({study.SpreadingFactors[^1].AverageMicroamperes:F0} µA). Capacité au mois le plus froid, autodécharge à la moyenne de l'année (double tous les
            10 °C), jamais plus que la durée de stockage.

            | cellule | étiquette | Beauce | Borgou | Beauce, SF12 | d'où viennent les chiffres |
            |---|---:|---:|---:|---:|---|
            {tables.Cells()}

            Une cellule rechargeable perd autant par elle-même que par le nœud : voilà pourquoi elle a un panneau. Au-dessous de 0 °C une cellule lithium-ion ne doit pas être chargée.

            ## Avec le panneau de {Sun.PanelWatts:F0} W

            Au mois le plus sombre ; poussière, feuilles, inclinaison, chaleur et chargeur laissent {100 * Sun.YieldShare:F0} % de ce que promet l'étiquette du panneau. Le rayonnement à plat est un ordre de
            grandeur tiré de climatologies par satellite, en Allemagne les normales 1981 à 2010 du service météorologique (11 à 15 kWh/m² dans tout décembre au nord) ; cherchez votre lieu (PVGIS couvre
            l'Europe et l'Afrique). Une marge aussi large vaut pour l'ombre, le vol de la moitié du panneau, et un nœud qui doit écouter en vain.

            | lieu | mois le plus sombre | kWh/m² par jour | le panneau donne, Wh par jour | le nœud veut, Wh par jour | couvert | jours sans aucun soleil (LiFePO4) |
            |---|---|---:|---:|---:|---:|---:|
            {tables.Panel()}

            ## Quelle cellule, quel panneau

            Le plus petit panneau qui nourrit le nœud {Sun.Reserve:F0} fois au mois le plus sombre de chaque lieu, et la plus petite cellule LiFePO4 qui tient {Sun.DarkDays} jours sans aucun soleil dans un hiver d'Allemagne du Nord (neige, un nid, jusqu'à ce que quelqu'un vienne).

            | façon | µA en moyenne | veut, Wh par jour | panneau, Allemagne du Nord, W | panneau, Beauce, W | panneau, Borgou, W | cellule, Ah |
            |---|---:|---:|---:|---:|---:|---:|
            {tables.Sizes()}

            Prenez la taille supérieure que l'on trouve : sous 1 W la plupart des chargeurs ne démarrent pas par temps gris, et les cellules de moins de 1,5 Ah ne donnent pas ses pointes à la radio dans le froid. De là les 2 W et 3,3 Ah de la nomenclature.
            La dernière ligne dit pourquoi l'on mesure d'abord le courant de sommeil. Inclinez le panneau de la latitude plus 10° ; là où il neige, de 60°. À la saison des pluies du Borgou la saleté est lavée ; pendant l'harmattan essuyez-le chaque mois.

            ## La table des courants

            | pièce | état | mA | source |
            |---|---|---:|---|
            {tables.Currents()}

            """;
        return page.ToString(Language.Numbers);
    }

    /// <summary>A decimal comma, and nothing else of a machine's settings.</summary>
    static CultureInfo Commas()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        return CultureInfo.ReadOnly(culture);
    }
}
