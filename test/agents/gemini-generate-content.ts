import { type Json, listOf, type Protocol, used } from './protocol.ts'

/** The generateContent API of Google. Its prompt tokens include those of the cache; it has no cache writes. */
export const geminiGenerateContent: Protocol = {
  path: /^\/v1beta\/models\/[^:]+:streamGenerateContent/,
  keyOf: (headers) => String(headers['x-goog-api-key'] ?? ''),
  offersTools: (body) => listOf(body.tools).length > 0,
  toolResults: (body) =>
    listOf(body.contents)
      .flatMap(({ parts }) => listOf(parts))
      .filter((part) => part.functionResponse !== undefined).length,
  stream: ({ text, call }, model) => [
    { data: chunk(model, [{ text }], null) },
    {
      data: chunk(
        model,
        call ? [{ functionCall: { name: call.tool, args: call.input } }] : [{ text: '' }],
        'STOP',
      ),
    },
  ],
  refusal: (key) => ({
    status: 400,
    body: { error: { code: 400, message: `API key not valid: ${key}.`, status: 'INVALID_ARGUMENT' } },
  }),
}

function chunk(model: string, parts: readonly Json[], finishReason: string | null): Json {
  const prompt = used.input + used.cacheRead
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, ...(finishReason ? { finishReason } : {}) }],
    usageMetadata: {
      promptTokenCount: prompt,
      cachedContentTokenCount: used.cacheRead,
      candidatesTokenCount: used.output,
      totalTokenCount: prompt + used.output,
    },
    modelVersion: model,
  }
}
