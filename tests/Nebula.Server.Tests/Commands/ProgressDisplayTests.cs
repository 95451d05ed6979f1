using Nebula.Server.Commands;

namespace Nebula.Server.Tests.Commands;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void A_terminal_sees_a_bar_that_is_drawn_over_itself_and_a_line_for_each_step()
    {
        using (var display = new ProgressDisplay(_output, isTerminal: true, TimeProvider.System))
        {
            display.Show("copying", 0, 2000);
            display.Show("copying", 1, 2000); // too soon to draw again
            display.Show("checking", 1500, 2000);
        }

        Assert.Equal($"\rcopying [{new string('-', 30)}] 0 of 2,000 (0 %)\n\rchecking [{new string('#', 22)}{new string('-', 8)}] 1,500 of 2,000 (75 %)\n", _output.ToString());
    }

    [Fact]
    public void A_log_gets_plain_lines()
    {
        using (var display = new ProgressDisplay(_output, isTerminal: false, TimeProvider.System))
        {
            display.Show("copying", 0, 2000);
            display.Show("copying", 1000, 2000); // too soon to repeat
            display.Show("waiting", 0, null);
            display.Show("catching up", 12, null);
        }

        Assert.Equal("copying: 0 of 2,000 (0 %)\nwaiting\ncatching up: 12\n", _output.ToString());
    }

    public void Dispose() => _output.Dispose();
}
