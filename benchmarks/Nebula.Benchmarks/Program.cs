using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Nebula.Benchmarks;

// In this process: the projects that would be generated otherwise know nothing of this repository's central package versions.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .WithArtifactsPath(Path.Combine("artifacts", "micro-benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(Shop).Assembly).Run(args, config);
