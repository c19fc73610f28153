<#import "template.ftl" as layout>
<#import "two-factor-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("code"); section>
  <#if section == "header">
    ${msg("two-factor-email-otp-form-title")}
  <#elseif section == "show-username">
    <@parts.userNameLabel/>
  <#elseif section == "form">
    <@parts.look/>
    <#if twoFactorNews?has_content>
      <p role="status" id="two-factor-news">${msg(twoFactorNews, twoFactorAddress)}</p>
    </#if>
    <#if twoFactorSent>
      <#assign hint>
        <#if !twoFactorNews?has_content>${msg("two-factor-email-otp-form-sent", twoFactorAddress)} </#if>${msg("two-factor-email-otp-form-hint")}
      </#assign>
      <@parts.codeForm label=msg("two-factor-code-label") hint=hint withOtherWays=false/>
    <#else>
      <#if twoFactorAddress??>
        <p id="two-factor-hint">${msg("two-factor-email-otp-form-send-hint", twoFactorAddress)}</p>
      </#if>
      <#if messagesPerField.existsError("code")>
        <@parts.error/>
      </#if>
    </#if>
    <#-- Without an address there is nowhere to send a code. -->
    <#if twoFactorAddress??>
      <form id="two-factor-send-form" class="two-factor-form ${properties.kcFormClass!} pf-v5-u-mt-md" action="${url.loginAction}" method="post">
        <#if twoFactorResend??>
          <p id="two-factor-resend-wait" data-two-factor-countdown="${twoFactorResendSeconds?c}" data-two-factor-button="two-factor-send"
             data-two-factor-text="${msg("two-factor-email-otp-form-resend-wait", msg("two-factor-wait-seconds", "#"))}">${msg("two-factor-email-otp-form-resend-wait", twoFactorResend)}</p>
        </#if>
        <button type="submit" id="two-factor-send" name="send" value="true"
                class="<#if twoFactorSent>${properties.kcButtonSecondaryClass!properties.kcButtonClass!}<#else>${properties.kcButtonPrimaryClass!properties.kcButtonClass!}</#if> ${properties.kcButtonBlockClass!}">
          <#if twoFactorSent>${msg("two-factor-email-otp-form-resend")}<#else>${msg("two-factor-email-otp-form-send")}</#if>
        </button>
      </form>
    </#if>
    <@parts.otherWays/>
    <script type="module" src="${url.resourcesPath}/js/two-factor-countdown.js"></script>
  </#if>
</@layout.registrationLayout>
