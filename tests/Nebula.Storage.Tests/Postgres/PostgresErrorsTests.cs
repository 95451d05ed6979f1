using Nebula.Core;
using Nebula.Storage.Postgres;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>What PostgreSQL's codes are to a client. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html.</summary>
public sealed class PostgresErrorsTests
{
    [Theory]
    [InlineData("23505", ErrorCodes.UniqueViolation)]
    [InlineData("22003", ErrorCodes.Overflow)]
    [InlineData("22008", ErrorCodes.CheckFailed)] // a day that is none: the message repeats it, so it must not come into the log
    [InlineData("22P02", ErrorCodes.CheckFailed)]
    [InlineData("54000", ErrorCodes.TooLarge)] // a row of an index
    [InlineData("54001", ErrorCodes.TooLarge)] // the stack
    [InlineData("54011", ErrorCodes.TooLarge)] // columns
    [InlineData("55P03", ErrorCodes.Busy)]
    [InlineData("53100", ErrorCodes.StorageFull)]
    [InlineData("53300", ErrorCodes.Unavailable)]
    [InlineData("57014", ErrorCodes.QueryTimeout)]
    public void What_a_client_can_cause_or_wait_for_is_no_fault_of_the_program(string state, string code) => Assert.Equal(code, PostgresErrors.Translate(state)?.Code);

    [Theory]
    [InlineData("42601")] // a statement that is wrong
    [InlineData("42702")]
    public void A_wrong_statement_is_one(string state) => Assert.Null(PostgresErrors.Translate(state));
}
