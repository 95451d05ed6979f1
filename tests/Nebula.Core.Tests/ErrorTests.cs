namespace Nebula.Core.Tests;

public sealed class ErrorTests
{
    [Fact]
    public void An_error_about_one_field_says_what_is_wrong_with_it() =>
        Assert.Equal("'age' is required.", Error.Of(ErrorCodes.InvalidRecord, "age", FieldCodes.Required, "is required").Message);

    [Fact]
    public void An_error_about_several_fields_names_the_first_and_counts_the_others()
    {
        var error = Error.Of(ErrorCodes.InvalidRecord, [new("a", FieldCodes.Required, "is required"), new("b", FieldCodes.Invalid, "is odd"),
            new("c", FieldCodes.Invalid, "is odd")]);

        Assert.Equal("'a' is required, and 2 more.", error.Message);
        Assert.Equal(["a", "b", "c"], error.Details.Select(d => d.Field));
    }

    [Fact]
    public void Of_very_many_faults_only_the_first_hundred_are_named()
    {
        var error = Error.Of(ErrorCodes.InvalidBody, [.. Enumerable.Range(0, 100_000).Select(i => new FieldError($"f{i}", FieldCodes.Invalid,
            "is odd"))]);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"f{i}"), error.Details.Select(d => d.Field));
        Assert.Equal("'f0' is odd, and 99999 more.", error.Message);
    }

    [Fact]
    public void A_result_is_a_value_or_an_error()
    {
        Result<int> value = 5;
        Assert.True(value.TryGet(out var number, out var none));
        Assert.Equal(5, number);
        Assert.Null(none);

        Result<int> failure = Error.StaleTable;
        Assert.False(failure.TryGet(out _, out var error));
        Assert.Same(Error.StaleTable, error);
    }

    [Fact]
    public void An_interface_can_be_the_value_of_a_result() =>
        Assert.Empty(Result.Success<IReadOnlyList<int>>([]).Succeeds());

    [Fact]
    public void An_optional_value_tells_null_from_absence()
    {
        Assert.Equal("otherwise", default(Optional<string?>).Or("otherwise"));
        Assert.Null(new Optional<string?>(null).Or("otherwise"));
    }
}
