namespace Nebula.Core.Background;

/// <summary>What was last told, from whatever thread.</summary>
internal sealed class LatestProgress : IProgress<double>
{
    private double _value = double.NaN;

    public double? Value => Volatile.Read(ref _value) is var value && double.IsNaN(value) ? null : value;

    public void Report(double value) => Volatile.Write(ref _value, value);
}
