using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Support;
using Xunit.Sdk;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>
/// A fuzz test under way: its random numbers, its time, and what became of its inputs. It takes seconds; <c>NEBULA_FUZZ_MINUTES</c> makes it so long. The seed is printed, and taken from
/// <c>NEBULA_TEST_SEED</c> to run the same again.
/// </summary>
internal sealed class FuzzRun
{
    private const string SeedVariable = "NEBULA_TEST_SEED";
    private const string MinutesVariable = "NEBULA_FUZZ_MINUTES";
    private const int InputsPerSubject = 1000;
    private const int KeptFailures = 20;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _time;
    private readonly List<string> _failures = [];
    private readonly int _seed;
    private int _inputs;
    private int _crashes;
    private int _faults;
    private int _refused;

    private FuzzRun()
    {
        _seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next();
        _time = double.TryParse(Environment.GetEnvironmentVariable(MinutesVariable), CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromSeconds(2);
        Random = new Random(_seed);
    }

    public Random Random { get; }

    private bool IsOver => Stopwatch.GetElapsedTime(_started) > _time || _failures.Count >= KeptFailures;

    /// <summary>Tries one input after the other until the time is over, and fails with the inputs that were not answered as they should be.</summary>
    /// <param name="open">Makes what is fuzzed; made again after many inputs, so that what they leave behind does not slow the later ones down.</param>
    /// <param name="once">Makes an input and sends it.</param>
    /// <param name="settle">What must hold when the subject is done with.</param>
    public static async Task RunAsync<T>(Func<Task<T>> open, Func<FuzzRun, T, Task> once, Func<T, Task>? settle = null)
    {
        var subject = await open();
        var run = new FuzzRun();
        TestContext.Current.TestOutputHelper?.WriteLine($"{SeedVariable}={run._seed}");
        while (true)
        {
            for (var i = 0; i < InputsPerSubject && !run.IsOver; i++)
                await once(run, subject);
            if (settle is not null)
                await settle(subject);
            if (run.IsOver)
                break;
            subject = await open();
        }

        run.Report();
    }

    /// <summary>
    /// Sends an input: the answer is no 500, the connection stays, and an error has the one shape that all have. A query that was stopped at its deadline (504), and a request line without its version (505), are ones.
    /// </summary>
    /// <param name="describe">The input, as it can be sent again.</param>
    /// <param name="check">What else holds for the answer.</param>
    /// <returns>The answer; null when there was none, or another than there should be.</returns>
    public async Task<Answer?> SendAsync(Func<string> describe, Func<Task<Answer>> send, Action<Answer>? check = null)
    {
        _inputs++;
        try
        {
            var answer = await send();
            if (answer.Status is >= 500 and not (504 or 505))
            {
                _faults++;
                Fail(describe(), $"{answer.Status} {answer.Body}");
                return null;
            }

            _refused += answer.Status >= 400 ? 1 : 0;
            CheckShape(answer);
            check?.Invoke(answer);
            return answer;
        }
        catch (XunitException e)
        {
            Fail(describe(), e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested))
        {
            _crashes++;
            Fail(describe(), e.Message);
        }

        return null;
    }

    public string Pick(string[] from) => from[Random.Next(from.Length)];

    /// <summary>A text with some of its letters changed, and perhaps cut.</summary>
    public string Mutate(string text)
    {
        var letters = text.ToCharArray();
        for (var i = Random.Next(0, 3); i > 0 && letters.Length > 0; i--)
            letters[Random.Next(letters.Length)] = (char)Random.Next(0x21, 0x7F);
        return new string(letters)[..Random.Next(letters.Length / 2, letters.Length + 1)];
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Random.NextBytes(bytes);
        return bytes;
    }

    private static void CheckShape(Answer answer)
    {
        if (answer.Status < 400)
            return;
        if (answer.Bytes.Length == 0)
        {
            // An empty error is the web server's own: %00 in a path, a header that is none.
            Assert.True(answer.Status is 400 or 414 or 431 or 505, $"An empty {answer.Status}.");
            return;
        }

        Assert.True(answer.Json.ValueKind == JsonValueKind.Object && answer.Number("status") == answer.Status && answer.Text("code").Length > 0, answer.Body);
        Assert.Equal(answer.Header("X-Request-Id"), answer.Text("request_id"));
    }

    private void Fail(string input, string what) => _failures.Add($"{input}\n  {what}");

    private void Report()
    {
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{TestContext.Current.TestMethod?.MethodName}: {_inputs} inputs in {Stopwatch.GetElapsedTime(_started).TotalSeconds:F0} s, {_refused} refused, {_crashes} crashes, {_faults} 500s, {_failures.Count} failures");
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        FaultReport.Add($"fuzz, {TestContext.Current.TestMethod?.MethodName}", ("inputs", _inputs), ("refused", _refused), ("crashes", _crashes), ("500s", _faults), ("failures", _failures.Count));
        Assert.True(_failures.Count == 0, $"{SeedVariable}={_seed}, {summary}\n{string.Join('\n', _failures)}");
        Assert.True(_inputs > 10, summary);
    }
}
