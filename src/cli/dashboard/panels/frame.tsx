import { Box, Text } from 'ink'
import type { ReactNode } from 'react'

/** A part of the screen with a title; what does not fit is cut off. */
export function Frame(props: {
  readonly title: string
  readonly height: number
  readonly width?: number | string
  readonly children: ReactNode
}) {
  return (
    <Box
      flexDirection="column"
      height={props.height}
      overflow="hidden"
      flexShrink={0}
      {...(props.width === undefined ? {} : { width: props.width })}
    >
      <Text bold underline wrap="truncate">
        {props.title}
      </Text>
      {props.children}
    </Box>
  )
}
