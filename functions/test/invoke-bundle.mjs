// A clean process: loads a bundle as Lambda would and answers each event that it is sent.
const { handler } = await import(process.argv[2]);

process.on("message", async (event) => {
  try {
    process.send({ answer: (await handler(event, { functionName: process.env.AWS_LAMBDA_FUNCTION_NAME, awsRequestId: "1" })) ?? null });
  } catch (error) {
    process.send({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.send({ ready: true });
