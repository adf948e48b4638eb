namespace FourPerMille.Sensor.Bench.Pls;
static class MethodStudy { public static void Run() { } }
