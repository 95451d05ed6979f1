using System.Globalization;

namespace Nebula.Core.Records.Filters;

/// <summary>Notes what is wrong with a filter: the first fault alone, because those after it may only follow from it.</summary>
internal sealed class FilterFaults(string text, string field)
{
    /// <summary>The fault, with invalid_filter as its code, if there was one.</summary>
    public Error? First { get; private set; }

    /// <summary>The filter as it was sent, from one place to another, in quotes; a text has its own.</summary>
    public string Shown(int from, int to) => text[from] == '\'' ? Excerpt.Of(text[from..to]) : $"'{Excerpt.Of(text[from..to])}'";

    /// <summary>A place as messages name it: the character, from 1. A character outside of the Basic Multilingual Plane is one.</summary>
    public int Position(int at)
    {
        var position = 1;
        foreach (var _ in text.AsSpan(0, at).EnumerateRunes())
            position++;
        return position;
    }

    /// <summary>Notes a fault as <c>{what} at {place}{rest}</c>.</summary>
    public void Add(int at, string what, string rest = "", string code = FieldCodes.Invalid, string? hint = null) =>
        AddWhole(string.Create(CultureInfo.InvariantCulture, $"{what} at {Position(at)}{rest}"), code, hint);

    /// <summary>Notes that a token was met where another one belongs.</summary>
    public void AddUnexpected(FilterToken token, string expected, string? hint = null)
    {
        if (token.Kind == FilterTokenKind.Broken)
            return; // noted by the lexer
        Add(token.At, $"unexpected {(token.Kind == FilterTokenKind.End ? "end" : Shown(token.At, token.End))}", $"; expected {expected}", hint: hint);
    }

    /// <summary>Notes a fault that has no one place.</summary>
    public void AddWhole(string message, string code = FieldCodes.Invalid, string? hint = null) =>
        First ??= new Error(ErrorCodes.InvalidFilter, $"'{field}': {message}{(message[^1] == '?' ? "" : ".")}") { Details = [new(field, code, message)], Hint = hint };
}
