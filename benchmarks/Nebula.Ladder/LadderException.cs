namespace Nebula.Ladder;

/// <summary>The run can't go on, or its figures would be worth nothing. The message is for whoever started it.</summary>
internal sealed class LadderException(string message) : Exception(message);
