namespace FourPerMille.Sensor.Unit;

public sealed class RepositoryTests
{
    [Fact]
    public void The_solution_is_at_the_root() => Assert.True(File.Exists(Path.Combine(Repository.Root, "FourPerMille.Sensor.sln")));
}
