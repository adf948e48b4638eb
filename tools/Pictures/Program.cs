using FourPerMille.Sensor.Pictures;

foreach (var picture in Picture.All)
{
    File.WriteAllText(Path.Combine(Checkout.Root, picture.Path), picture.Draw());
    Console.WriteLine(picture.Path);
}
