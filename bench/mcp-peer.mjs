// The least that a server on the official SDK is: one tool, over stdio.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import * as z from 'zod'

const server = new McpServer({ name: 'bare', version: '1.0.0' })
server.registerTool(
  'count',
  { inputSchema: z.object({}), outputSchema: z.object({ count: z.number() }) },
  () => ({
    content: [{ type: 'text', text: '{"count":0}' }],
    structuredContent: { count: 0 },
  }),
)
await server.connect(new StdioServerTransport())
