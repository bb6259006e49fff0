#!/usr/bin/env node
import { main } from './start.ts'

process.exitCode = await main(process)
